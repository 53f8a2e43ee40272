window.YTD.account.part0 = [
  {
    "account": {
      "email": "shop@example.org",
      "createdVia": "web",
      "username": "bikeshop",
      "accountId": "1001",
      "createdAt": "2015-01-01T00:00:00.000Z",
      "accountDisplayName": "Bike shop"
    }
  }
]
