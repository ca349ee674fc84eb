"""What was read by examinations that keep no blobs."""

from airlock.gate.door import Asked
from airlock.store.readings import Reading
from airlock.workers import Examination


def read(asked: Asked, done: Examination) -> Reading:
    file = (asked.sha256, asked.filename)
    return Reading(done.job.artifact.release.project, file, done.profile)
