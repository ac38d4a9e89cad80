"""What a proposal would change, before anything is stored: findings without it, findings with it, and who is touched.

All meaning is in ``queries/``: the same derivations, rules and conclusions as of a release, and ``queries/assess`` for
the difference. Everything happens in a store in memory that is made for one proposal and thrown away with it.
"""

from __future__ import annotations

from samenhang.assessment.assessment import Assessment, Change, Touched, Verdict, assess

__all__ = ["Assessment", "Change", "Touched", "Verdict", "assess"]
