window.YTD.tweet.part0 = [
  {
    "id_str": "1763500000000000001",
    "created_at": "Fri Mar 01 10:00:00 +0000 2024",
    "full_text": "@customer_a We are sorry."
  }
]
