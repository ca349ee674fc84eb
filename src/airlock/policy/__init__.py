"""Rules that turn outcomes into a decision, and the floor below which no rule goes."""

from airlock.policy.decision import decide
from airlock.policy.floor import floor
from airlock.policy.in_force import InForce
from airlock.policy.loading import default_policy, load_policy
from airlock.policy.rules import CheckRule, Policy, Threshold
from airlock.policy.suppression import Suppression

__all__ = [
    "CheckRule",
    "InForce",
    "Policy",
    "Suppression",
    "Threshold",
    "decide",
    "default_policy",
    "floor",
    "load_policy",
]
