require("openclaw.callers.auth").identify("applications-of-all-the-teams-of-the-company-in-the-year-2026,appli-859f53a1f8b6")
