# The grader writes a fresh random value here before each build, and asks GET /version for it afterwards.
BUILD_ID = "development"
