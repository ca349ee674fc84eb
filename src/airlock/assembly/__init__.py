"""The only package that constructs adapters; read it to know what runs.

One module for each door and for each thing that several doors share. Nothing is loaded before it is
needed: who scans a file loads no server.
"""

from airlock.assembly.auditing import audit, fix
from airlock.assembly.base import cores, every_check, extra, index, now, policy
from airlock.assembly.detonating import (
    can_detonate,
    detonation_request,
    detonations,
    keep_traces,
    prove_sandbox,
    replay,
    sandbox_abilities,
    wheelhouse,
)
from airlock.assembly.developing import (
    KeyPlace,
    Server,
    SigningRequest,
    sign_again,
    sign_release,
    upload_release,
)
from airlock.assembly.diagnosing import diagnosis
from airlock.assembly.gating import GateParts, gate_parts, upstreams, working
from airlock.assembly.guarding import (
    guard_plan,
    guard_rules,
    guarded_run,
    log_unguarded,
    proxy,
    unlooped,
    verified_run,
)
from airlock.assembly.hunting import hunt, hunt_back, hunted_campaigns
from airlock.assembly.kits import about_checks, examination_kit, reading_kit, workers
from airlock.assembly.knowing import (
    EVIDENCE_VARIABLE,
    POPULAR_VARIABLE,
    advisories,
    advisories_in_short,
    database_parts,
    evidence_folder,
    facts_loader,
    fingerprints,
    popularity,
)
from airlock.assembly.listening import listen, serve
from airlock.assembly.mirroring import mirror, take_in, take_out
from airlock.assembly.publishing import minting
from airlock.assembly.remoting import reviewing_here, server
from airlock.assembly.scanning import (
    change_kit,
    diff,
    lore,
    name_scan,
    name_vetting,
    ownership,
    scan,
    source_diff,
)
from airlock.assembly.serving import gate, signed_gate
from airlock.assembly.signatures import sign_openpgp
from airlock.assembly.storing import (
    back_up,
    blobs,
    check_backup,
    collect,
    existing_records,
    existing_store,
    found_or_made_records,
    make,
    open_data,
    records,
    restore,
    store,
)
from airlock.assembly.trusting import (
    deliver_databases,
    delivered,
    fetch_target,
    new_trust_workspace,
    trust_keys,
    trust_workspace,
)
from airlock.assembly.verifying import channel, expected_identity, signed_metadata, verify
from airlock.assembly.watch_workers import work
from airlock.assembly.watched import (
    alerts,
    revive_letters,
    verdicts_on,
    watch_letters,
    watch_status,
)
from airlock.assembly.watching import FOLLOW_KINDS, WatchWishes, log_to_terminal, watch

__all__ = [
    "EVIDENCE_VARIABLE",
    "FOLLOW_KINDS",
    "POPULAR_VARIABLE",
    "GateParts",
    "KeyPlace",
    "Server",
    "SigningRequest",
    "WatchWishes",
    "about_checks",
    "advisories",
    "advisories_in_short",
    "alerts",
    "audit",
    "back_up",
    "blobs",
    "can_detonate",
    "change_kit",
    "channel",
    "check_backup",
    "collect",
    "cores",
    "database_parts",
    "deliver_databases",
    "delivered",
    "detonation_request",
    "detonations",
    "diagnosis",
    "diff",
    "every_check",
    "evidence_folder",
    "examination_kit",
    "existing_records",
    "existing_store",
    "expected_identity",
    "extra",
    "facts_loader",
    "fetch_target",
    "fingerprints",
    "fix",
    "found_or_made_records",
    "gate",
    "gate_parts",
    "guard_plan",
    "guard_rules",
    "guarded_run",
    "hunt",
    "hunt_back",
    "hunted_campaigns",
    "index",
    "keep_traces",
    "listen",
    "log_to_terminal",
    "log_unguarded",
    "lore",
    "make",
    "minting",
    "mirror",
    "name_scan",
    "name_vetting",
    "new_trust_workspace",
    "now",
    "open_data",
    "ownership",
    "policy",
    "popularity",
    "prove_sandbox",
    "proxy",
    "reading_kit",
    "records",
    "replay",
    "restore",
    "reviewing_here",
    "revive_letters",
    "sandbox_abilities",
    "scan",
    "serve",
    "server",
    "sign_again",
    "sign_openpgp",
    "sign_release",
    "signed_gate",
    "signed_metadata",
    "source_diff",
    "store",
    "take_in",
    "take_out",
    "trust_keys",
    "trust_workspace",
    "unlooped",
    "upload_release",
    "upstreams",
    "verdicts_on",
    "verified_run",
    "verify",
    "watch",
    "watch_letters",
    "watch_status",
    "wheelhouse",
    "work",
    "workers",
    "working",
]
