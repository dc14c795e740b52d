"""Every layer and loss with every option, as cases for the gradient check.

Begin with every_case.py, which lists all cases; run.py checks them, one record for each. parts.py
has the sizes and options that the cases share; heads.py, attention.py and variants.py have cases.

    from numpyrnn.checks.cases import check_cases

    run = check_cases(["lstm"], rng=0)
    for record in run:                  # one for each case, as soon as it is checked
        print(record.case.name, bool(record.report))
    print(run.table())
"""

from numpyrnn.checks.cases.run import CaseRecord, CaseRun, check_cases

__all__ = ["CaseRecord", "CaseRun", "check_cases"]
