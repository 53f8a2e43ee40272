window.YTD.direct_messages.part0 = [
  {
    "dmConversation": {
      "conversationId": "1001-2001",
      "messages": [
        {
          "messageCreate": {
            "recipientId": "2001",
            "reactions": [],
            "urls": [],
            "text": "Which order?",
            "mediaUrls": [],
            "senderId": "1001",
            "id": "1763500000000000011",
            "createdAt": "2024-03-01T10:05:00.123Z"
          }
        },
        {
          "reactionCreate": {
            "senderId": "2001",
            "createdAt": "2024-03-01T10:06:00.000Z"
          }
        },
        {
          "messageCreate": {
            "recipientId": "1001",
            "text": "Where is my order?",
            "senderId": "2001",
            "id": "1763500000000000010",
            "createdAt": "2024-03-01T10:01:00.000Z"
          }
        },
        {
          "messageCreate": {
            "recipientId": "1001",
            "text": "when?",
            "senderId": "2001"
          }
        }
      ]
    }
  }
]
