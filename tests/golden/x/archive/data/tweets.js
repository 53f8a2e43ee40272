window.YTD.tweets.part0 = [
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1763500000000000001"
          ]
        }
      },
      "retweeted": false,
      "source": "web",
      "id_str": "1763500000000000001",
      "id": "1763500000000000001",
      "created_at": "Fri Mar 01 10:00:00 +0000 2024",
      "full_text": "@customer_a We are sorry. ^AB",
      "lang": "en",
      "in_reply_to_status_id_str": "1763490000000000000",
      "in_reply_to_user_id_str": "2001",
      "in_reply_to_screen_name": "customer_a"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1763500000000000002"
          ]
        }
      },
      "retweeted": false,
      "source": "web",
      "id_str": "1763500000000000002",
      "id": "1763500000000000002",
      "created_at": "Fri Mar 01 11:00:00 +0000 2024",
      "full_text": "RT @friend: Ride on",
      "lang": "en"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1763500000000000003"
          ]
        }
      },
      "retweeted": false,
      "source": "web",
      "id_str": "1763500000000000003",
      "id": "1763500000000000003",
      "created_at": "Fri Mar 01 12:00:00 +0000 2024",
      "full_text": "We are closed today",
      "lang": "en"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1763500000000000004",
            "1763500000000000005"
          ]
        }
      },
      "id_str": "1763500000000000004",
      "created_at": "Fri Mar 01 12:30:00 +0000 2024",
      "full_text": "We open at ten"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1763500000000000004",
            "1763500000000000005"
          ]
        }
      },
      "id_str": "1763500000000000005",
      "created_at": "Fri Mar 01 12:31:00 +0000 2024",
      "full_text": "We open at nine"
    }
  },
  {
    "tweet": {
      "edit_info": {
        "initial": {
          "editTweetIds": [
            "1763500000000000006"
          ]
        }
      },
      "retweeted": false,
      "source": "web",
      "id_str": "1763500000000000006",
      "id": "1763500000000000006",
      "created_at": "noon",
      "full_text": "when?",
      "lang": "en"
    }
  }
]
