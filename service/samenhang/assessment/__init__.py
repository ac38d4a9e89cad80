"""What a proposal would change, before anything is stored: findings without it, findings with it, and who is touched.

All meaning is in ``queries/``: the same derivations, rules and conclusions as of a release, and ``queries/assess`` for
the difference. :func:`assess` makes the whole map twice; an :class:`Assessor` keeps a map and looks only at what
``queries/affected`` says that a proposal can change something about.
"""

from __future__ import annotations

from samenhang.assessment.assessment import Assessment, Change, Touched, Verdict, assess
from samenhang.assessment.assessor import Assessor

__all__ = ["Assessment", "Assessor", "Change", "Touched", "Verdict", "assess"]
