"""What a proposal would change, before anything is stored: findings without it, findings with it, and who is touched.

All meaning is in ``queries/``: ``queries/affected`` says what of the map a proposal can change something about,
the same derivations, rules and conclusions as of a release are asked of that part, and ``queries/assess`` says what
differs.
"""

from __future__ import annotations

from samenhang.assessment.assessment import Assessment, Change, Touched, Verdict
from samenhang.assessment.assessor import Assessor, assess

__all__ = ["Assessment", "Assessor", "Change", "Touched", "Verdict", "assess"]
