"""The forecast: how long somebody who writes at this instant waits, learned from the account's own waits.

`known` holds waits as numbers, `estimators` tell lengths, `calibration` steers them, `tournament` chooses,
`replay` tells each wait what stood when it was asked, `account` is what a dashboard asks. docs/forecast.md explains.
"""
