"""What ships as data: settings.toml and the generator of the sample story."""
