"""Whether augmentation keeps the emotion: copies judged by a classifier that has not heard their speaker."""

from merhan.evaluation.audit.folds import AuditError
from merhan.evaluation.audit.results import Audit
from merhan.evaluation.audit.run import audit

__all__ = ["Audit", "AuditError", "audit"]
