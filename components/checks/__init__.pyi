from .checking import check as check
from .finding import Finding as Finding
from .immutable import immutable_changes as immutable_changes
from .refusal import refuse as refuse
