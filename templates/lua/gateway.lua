return { routes = { one = { destination = "upstream", targets = { { upstream = "a" } }, fallback = { { upstream = "b" } }, tries = 3, within = 60, on = { connect = true, reset = true, timeout = true }, statuses = {429, 500} },
      any = { destination = "by_model", fallback = { { upstream = "b" } }, tries = 3, within = 60, on = { connect = true, reset = true, timeout = true }, statuses = {429, 500} } },
      models = { { name = "m", targets = { { upstream = "a", model = "real" } } } },
      breakers = { a = { failures = 5, open = 10, servers = 1 }, b = { failures = 5, open = 10, servers = 1 } },
      credentials = { a = { keys = { { source = "env", name = "A" }, { source = "env", name = "B" }, { source = "env", name = "C" } } }, b = { keys = { { source = "env", name = "B" } } } }, }
