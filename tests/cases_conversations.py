"""Named cases: what makes a conversation, and whose a message is."""

from __future__ import annotations

from tests.case_notation import CHAT, DIRECT, REVIEWS, TREE, Case

THREADS = [
    Case(
        "two tickets of one customer are two conversations",
        "A native ticket or thread where the source has one",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:05 | ann       | And my invoice?     | thread T2
        3 | 01-08 09:10 | agent Kim | It left today.
        4 | 01-08 09:30 | agent Kim | Here it is.         | thread T2
        """,
        """
        1 first answered 600
        2 first answered 1500
        """,
        conversations="1 3 / 2 4",
    ),
    Case(
        "a reply in one ticket does not answer another",
        "A native ticket or thread where the source has one",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:05 | ann       | And my invoice?     | thread T2
        3 | 01-08 09:10 | agent Kim | It left today.
        """,
        """
        1 first answered 600
        2 first open -
        """,
    ),
    Case(
        "the same thread key under two accounts is two conversations",
        "one matter between one customer and one account",
        """
        1 | 01-08 09:00 | ann       | Hello
        2 | 01-08 09:05 | bob       | Hello | account sales
        3 | 01-08 09:10 | agent Kim | Hi    | account sales
        """,
        """
        1 first open - account=help
        2 first answered 300 account=sales
        """,
        conversations="1 / 2 3",
    ),
    Case(
        "a closed ticket that the customer writes to again is a new conversation",
        "A closed ticket that the customer writes to again starts a new episode",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:10 | agent Kim | It left today.
        3 | 01-08 09:11 | closed
        4 | 01-08 15:00 | ann       | It never came.
        5 | 01-08 15:20 | agent Kim | I look into it.
        """,
        """
        1 first answered 600
        4 first answered 1200
        """,
        conversations="1 2 3 / 4 5",
    ),
    Case(
        "what the team writes to a closed ticket does not make it a new conversation",
        "A closed ticket that the customer writes to again starts a new episode",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:10 | agent Kim | It left today.
        3 | 01-08 09:11 | closed
        4 | 01-08 10:00 | agent Kim | It arrived, I see.
        5 | 01-08 11:00 | ann       | Yes, but broken.
        """,
        """
        1 first answered 600
        5 first open -
        """,
        conversations="1 2 3 4 / 5",
    ),
    Case(
        "only the first message after a closing starts a new conversation",
        "A closed ticket that the customer writes to again starts a new episode",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:10 | agent Kim | It left today.
        3 | 01-08 09:11 | closed
        4 | 01-08 15:00 | ann       | It never came.
        5 | 01-08 15:20 | agent Kim | Which street?
        6 | 01-08 15:30 | ann       | High Street.
        7 | 01-08 15:35 | agent Kim | I look into it.
        """,
        """
        1 first answered 600
        4 first answered 1200
        6 next answered 300
        """,
        conversations="1 2 3 / 4 5 6 7",
    ),
    Case(
        "a ticket that was reopened before the customer wrote goes on",
        "A closed ticket that the customer writes to again starts a new episode",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:10 | agent Kim | It left today.
        3 | 01-08 09:11 | closed
        4 | 01-08 09:12 | reopened
        5 | 01-08 10:00 | ann       | Which carrier?
        """,
        """
        1 first answered 600
        5 next open -
        """,
        conversations="1 2 3 4 5",
    ),
    Case(
        "a quiet month in a ticket changes nothing",
        "an *episode*: … on endless streams",
        """
        1 | 01-08 09:00 | ann       | Where is my parcel?
        2 | 01-08 09:10 | agent Kim | It left today.
        3 | 02-08 09:00 | ann       | Which carrier?
        4 | 02-08 09:01 | agent Kim | DHL.
        """,
        """
        1 first answered 600
        3 next answered 60
        """,
        conversations="1 2 3 4",
    ),
]

EPISODES = [
    Case(
        "a chat falls into episodes after more than 24 quiet hours",
        "it ends after 24 hours in which neither side wrote",
        """
        1 | 01-08 09:00    | ann       | Is it down?
        2 | 01-08 09:10    | agent Kim | Yes.
        3 | 01-09 09:10:01 | ann       | Down again?
        4 | 01-09 09:12:01 | agent Kim | Yes.
        """,
        """
        1 first answered 600
        3 first answered 120
        """,
        CHAT,
        conversations="1 2 / 3 4",
    ),
    Case(
        "24 quiet hours to the second are not more than 24",
        "it ends after 24 hours in which neither side wrote",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Yes.
        3 | 01-09 09:10 | ann       | Down again?
        4 | 01-09 09:12 | agent Kim | Yes.
        """,
        """
        1 first answered 600
        3 next answered 120
        """,
        CHAT,
        conversations="1 2 3 4",
    ),
    Case(
        "the gap is a setting",
        "(both settings)",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Yes.
        3 | 01-08 10:11 | ann       | Still?
        """,
        """
        1 first answered 600
        3 first open -
        """,
        CHAT,
        rules={"episode_gap_seconds": 3600},
        conversations="1 2 / 3",
    ),
    Case(
        "an episode goes on while a wait in it is younger than 7 days",
        "but not while a wait in it is open and younger than 7 days",
        """
        1 | 01-08 09:00    | ann       | Is it down?
        2 | 01-15 08:59:59 | ann       | Hello?
        3 | 01-15 09:00    | agent Kim | Sorry. Yes.
        """,
        """
        1 first answered 604800 chasers=1
        """,
        CHAT,
        conversations="1 2 3",
    ),
    Case(
        "an episode ends when the wait in it is 7 days old, and the wait goes on",
        "A wait ends at the first message after it by an agent …, however late",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-15 09:00 | ann       | Hello?
        3 | 01-15 09:10 | agent Kim | Sorry. Yes.
        4 | 01-15 09:20 | ann       | Since when?
        5 | 01-15 09:21 | agent Kim | Since Monday.
        """,
        """
        1 first answered 605400 chasers=1
        4 first answered 60
        """,
        CHAT,
        conversations="1 / 2 3 4 5",
    ),
    Case(
        "a reply that begins an episode still ends the wait of the one before",
        "It ends at the first message after it by an `agent` …, however late",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-18 09:00 | agent Kim | It was.
        """,
        """
        1 first answered 864000 agent=Kim
        """,
        CHAT,
        conversations="1 / 2",
    ),
    Case(
        "an internal note does not bridge a quiet day",
        "24 hours in which neither side wrote",
        """
        1 | 01-08 09:00 | ann       | Is it down?
        2 | 01-08 09:10 | agent Kim | Yes.
        3 | 01-08 20:00 | note Kim  | Call her tomorrow
        4 | 01-09 10:00 | ann       | Down again?
        """,
        """
        1 first answered 600
        4 first open -
        """,
        CHAT,
    ),
    Case(
        "direct messages without a thread are a stream for each customer",
        "on endless streams (chat apps, direct messages), an *episode*",
        """
        1 | 01-08 09:00 | ann              | Is it down?
        2 | 01-08 09:01 | bob              | Is it down?
        3 | 01-08 09:05 | agent Northlight | Yes.        | re 2
        4 | 01-08 09:06 | agent Northlight | @ann Yes.
        5 | 01-10 09:00 | bob              | And now?
        """,
        """
        1 first answered 360
        2 first answered 240
        5 first open -
        """,
        DIRECT,
        conversations="1 4 / 2 3 / 5",
    ),
]

TREES = [
    Case(
        "each customer of a tree has a conversation of their own",
        "In a tree with several customers, each customer's messages with one account are a conversation of their own",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:01 | bob              | @Northlight same here | re 1
        3 | 01-08 09:11 | agent Northlight | @bob Sorry            | re 2
        4 | 01-08 09:30 | agent Northlight | @ann Sorry            | re 1
        """,
        """
        1 first answered 1800
        2 first answered 600
        """,
        TREE,
        conversations="1 4 / 2 3",
    ),
    Case(
        "one customer with two accounts has two conversations",
        "each customer's messages with one account",
        """
        1 | 01-08 09:00 | ann              | @Northlight @Southbay who is down?
        2 | 01-08 09:10 | agent Northlight | Not us                 | re 1
        3 | 01-08 09:20 | agent Southbay   | We are                 | re 1
        4 | 01-08 09:30 | ann              | Until when?            | re 3
        5 | 01-08 09:40 | agent Southbay   | Noon                   | re 4
        """,
        """
        1 first answered 600 account=Northlight
        4 first answered 600 account=Southbay
        """,
        TREE,
        conversations="1 2 / 3 4 5",
    ),
    Case(
        "a reply belongs to the customer it answers and not to the one it names",
        "A reply belongs to the customer whose message it answers, directly",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:05 | bob              | @Northlight here too
        3 | 01-08 09:10 | agent Northlight | @bob Sorry           | re 1
        """,
        """
        1 first answered 600
        2 first open -
        """,
        TREE,
    ),
    Case(
        "a second part of a reply belongs to the customer of the first",
        "or through the account's own messages in between",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:10 | agent Northlight | Sorry, 1/2           | re 1
        3 | 01-08 09:11 | agent Northlight | and see @status 2/2  | re 2
        4 | 01-08 09:20 | ann              | Until when?          | re 3
        5 | 01-08 09:21 | agent Northlight | Let me see 1/2       | re 4
        6 | 01-08 09:22 | agent Northlight | Noon 2/2             | re 5
        """,
        """
        1 first answered 600
        4 next answered 60
        """,
        TREE,
        conversations="1 2 3 4 5 6",
    ),
    Case(
        "a reply to a missing message belongs to the first it names who is no account",
        "or, when that message is missing, to the first one it names who is no account",
        """
        1 | 01-08 09:00 | ann              | and now?                    | re 50
        2 | 01-08 09:05 | bob              | @Northlight also here       | re 50
        3 | 01-08 09:10 | agent Northlight | @Northlight @ann @bob Sorry | re 50
        """,
        """
        1 first answered 600
        2 first open -
        """,
        TREE,
        conversations="1 3 / 2",
    ),
    Case(
        "replies to one missing message are one tree",
        "else the tree of replies",
        """
        1 | 01-08 09:00 | ann              | it broke        | re 50
        2 | 01-08 09:10 | agent Northlight | @ann Which one? | re 50
        """,
        """
        1 first answered 600 account=Northlight
        """,
        TREE,
    ),
    Case(
        "a reply to another account's message belongs to whom it names",
        "to the first one it names who is no account",
        """
        1 | 01-08 09:00 | ann              | @Southbay is down
        2 | 01-08 09:05 | bob              | @Northlight too?        | re 1
        3 | 01-08 09:10 | agent Southbay   | @ann Not us             | re 1
        4 | 01-08 09:15 | agent Northlight | @Southbay @bob It is us | re 3
        """,
        """
        1 first answered 600 account=Southbay
        2 first answered 600 account=Northlight
        """,
        TREE,
        conversations="1 3 / 2 4",
    ),
    Case(
        "a message belongs to the account it answers",
        "a customer's message belongs to the account it answers",
        """
        1 | 01-08 09:00 | agent Southbay   | New tariffs!
        2 | 01-08 09:10 | ann              | Better than @Northlight? | re 1
        3 | 01-08 09:20 | agent Northlight | No                       | re 2
        """,
        """
        2 first open - account=Southbay
        """,
        TREE,
        nobody="1",
    ),
    Case(
        "a message belongs to the account that answers it first",
        "else to the one that answers it first",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:10 | agent Southbay   | Come to us          | re 1
        3 | 01-08 09:20 | agent Northlight | Sorry               | re 1
        """,
        """
        1 first answered 600 account=Southbay
        """,
        TREE,
    ),
    Case(
        "a message belongs to the account that it names",
        "else to the one it names",
        """
        1 | 01-08 09:00 | agent Northlight | Good morning
        2 | 01-08 09:05 | ann              | @bob have you seen @NORTHLIGHT's offer?
        """,
        """
        2 first open - account=Northlight
        """,
        TREE,
        nobody="1",
    ),
    Case(
        "a message that names nobody belongs to the account that speaks most in the tree",
        "else to the account that speaks most in the tree",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:10 | agent Northlight | Sorry      | re 1
        3 | 01-08 09:20 | agent Southbay   | Join us    | re 1
        4 | 01-08 09:30 | agent Southbay   | Really     | re 1
        5 | 01-08 09:40 | bob              | Same here  | re 1
        """,
        """
        1 first answered 600 account=Northlight
        5 first open - account=Southbay
        """,
        TREE,
    ),
    Case(
        "of accounts that speak equally often the earlier one has it",
        "else to the account that speaks most in the tree",
        """
        1 | 01-08 09:00 | ann              | @Northlight is down
        2 | 01-08 09:10 | agent Southbay   | Join us    | re 1
        3 | 01-08 09:20 | agent Northlight | Sorry      | re 1
        4 | 01-08 09:40 | bob              | Same here  | re 1
        """,
        """
        1 first answered 600 account=Southbay
        4 first open - account=Southbay
        """,
        TREE,
    ),
    Case(
        "what belongs to nobody opens no wait and is counted",
        "What belongs to nobody stays a message and opens no wait, and is counted",
        """
        1 | 01-08 09:00 | ann              | My phone is dead
        2 | 01-08 09:05 | bob              | @ann mine too         | re 1
        3 | 01-08 09:10 | agent Northlight | Good morning
        4 | 01-08 09:15 | agent Northlight | Thanks @Northlight!   | re 50
        """,
        "",
        TREE,
        nobody="1 2 3 4",
    ),
    Case(
        "handles are the same in capitals",
        "the first one it names … the account … the one it names",
        """
        1 | 01-08 09:00 | Ann              | @northlight is down | re 50
        2 | 01-08 09:10 | agent Northlight | @ANN Sorry          | re 50
        3 | 01-08 09:15 | ann              | Until when?         | re 2
        """,
        """
        1 first answered 600 account=Northlight
        3 next open - account=Northlight
        """,
        TREE,
        conversations="1 2 3",
    ),
    Case(
        "replies in a circle stand alone and nothing hangs",
        "else the tree of replies",
        """
        1 | 01-08 09:00 | ann              | @Northlight down  | re 3
        2 | 01-08 09:10 | agent Northlight | @ann Sorry        | re 1
        3 | 01-08 09:20 | ann              | @Northlight when? | re 2
        4 | 01-08 09:30 | bob              | @Northlight me?   | re 4
        5 | 01-08 09:40 | agent Northlight | @bob Noon         | re 3
        """,
        """
        1 first open -
        3 first open -
        4 first open -
        """,
        TREE,
        conversations="1 / 2 / 3 / 4 / 5",
    ),
    Case(
        "a review and its reply are a tree",
        "else the tree of replies",
        """
        1 | 01-08 09:00 | ann       | Crashes
        2 | 01-08 10:00 | bob       | Crashes
        3 | 01-08 11:00 | agent Kim | Fixed in 2.0 | re 1
        """,
        """
        1 first answered 7200 account=app
        2 first open -
        """,
        REVIEWS,
    ),
]

ORDER = [
    Case(
        "messages of the same second keep the order of their ids",
        "Messages of the same second keep the source's order, by id",
        """
        10 | 01-08 09:00 | agent Kim | Hello, I am Kim.
        9  | 01-08 09:00 | ann       | Is it down?
        """,
        """
        9 first answered 0
        """,
    ),
    Case(
        "a question with the later id of the same second is not answered by the earlier one",
        "Messages of the same second keep the source's order, by id",
        """
        9  | 01-08 09:00 | agent Kim | Hello, I am Kim.
        10 | 01-08 09:00 | ann       | Is it down?
        """,
        """
        10 first open -
        """,
    ),
    Case(
        "a closing comes after the messages of its second",
        "A conversation that the source says was closed without a reply",
        """
        1 | 01-08 09:10 | closed
        2 | 01-08 09:00 | ann       | Is it down?
        3 | 01-08 09:10 | agent Kim | No.
        """,
        """
        2 first answered 600
        """,
        conversations="2 3 1",
    ),
]

CONVERSATIONS = [*THREADS, *EPISODES, *TREES, *ORDER]
