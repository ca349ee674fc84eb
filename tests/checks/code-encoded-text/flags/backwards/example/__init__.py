WHERE = "tcelloc/7.311.0.302//:ptth"
