"""The exact steps of linking as SQL over the tables `rec`, `reg` and `alias`, in their order; `resolve` runs them.

`done` takes the links, `doubt` the candidates for the review queue; a record in either is left alone by the later steps.
"""

# Agreement of a record `r` with an enterprise `e`: true, false, or null where one of the two does not know. A record that only knows its
# city agrees with every district of it.
AGREEMENTS = """
    r.legal_person = e.legal_person AS same_legal_person,
    r.phone = e.phone AS same_phone,
    CASE WHEN r.region LIKE '%00' OR e.region LIKE '%00' THEN left(r.region, 4) = left(e.region, 4) ELSE r.region = e.region END AS same_region,
    r.established_on = e.established_on AS same_day,
    r.capital = e.capital AS same_capital
"""

# How many attributes agree: strong ones that few enterprises share, weak ones that many share.
STRONG = "(coalesce(same_legal_person, false)::INT + coalesce(same_phone, false)::INT + coalesce(same_day, false)::INT)"
WEAK = "(coalesce(same_region, false)::INT + coalesce(same_capital, false)::INT)"

# How many attributes contradict each other.
CLASHES = """(coalesce(NOT same_legal_person, false)::INT + coalesce(NOT same_phone, false)::INT + coalesce(NOT same_day, false)::INT
    + coalesce(NOT same_region, false)::INT + coalesce(NOT same_capital, false)::INT)"""

REASONS = """
    list_filter([
        CASE WHEN same_legal_person THEN '法定代表人一致' WHEN NOT same_legal_person THEN '法定代表人不一致' END,
        CASE WHEN same_phone THEN '联系电话一致' WHEN NOT same_phone THEN '联系电话不一致' END,
        CASE WHEN same_region THEN '所在地一致' WHEN NOT same_region THEN '所在地不一致' END,
        CASE WHEN same_day THEN '成立日期一致' WHEN NOT same_day THEN '成立日期不一致' END,
        CASE WHEN same_capital THEN '注册资本一致' WHEN NOT same_capital THEN '注册资本不一致' END
    ], lambda word: word IS NOT NULL)
"""

START = """
CREATE OR REPLACE TEMP TABLE done (row BIGINT, uscc VARCHAR, method VARCHAR, confidence DOUBLE, reasons VARCHAR[]);
CREATE OR REPLACE TEMP TABLE doubt (row BIGINT, uscc VARCHAR, confidence DOUBLE, reasons VARCHAR[]);
CREATE OR REPLACE TEMP TABLE denied AS
    SELECT DISTINCT r.row, o.uscc FROM override_arrow o JOIN rec r USING (source, record_id) WHERE o.decision = 'deny';
CREATE OR REPLACE TEMP TABLE named AS  -- what each name says, exactly: used to see a code and a name contradict each other
    SELECT r.row, min(a.uscc) AS uscc, count(DISTINCT a.uscc) AS n FROM rec r JOIN alias a ON a.name = r.name GROUP BY r.row;
"""

BY_OFFICER = """
INSERT INTO done
    SELECT c.row, c.uscc, 'officer', 1.0, ['经办人员确认(' || c.by || ',' || c.day || ')']
    FROM (SELECT r.row, arg_max(o.uscc, o.place) AS uscc, arg_max(o.by, o.place) AS by, arg_max(o."on", o.place) AS day
          FROM override_arrow o JOIN rec r USING (source, record_id) WHERE o.decision = 'confirm' GROUP BY r.row) c
    JOIN reg e ON e.uscc = c.uscc;
INSERT INTO doubt
    SELECT DISTINCT r.row, o.uscc, 0.5, ['经办人员确认的代码不在登记库中']
    FROM override_arrow o JOIN rec r USING (source, record_id)
    WHERE o.decision = 'confirm' AND r.row NOT IN (SELECT row FROM done) AND o.uscc NOT IN (SELECT uscc FROM reg);
"""


def _by_number(candidates: str, method: str, words: str) -> str:
    """Link by a number that is exact; a name that contradicts the number, or a branch with its parent's number, goes to review."""
    return f"""
CREATE OR REPLACE TEMP TABLE found AS
    SELECT r.row, r.name, e.uscc, e.name AS name_there, r.branch AND NOT e.branch AS branch_of_parent, n.uscc AS other,
           coalesce(r.name IS NULL OR r.name = e.name OR EXISTS (SELECT 1 FROM alias a WHERE a.uscc = e.uscc AND a.name = r.name), false) AS same_name,
           coalesce(n.n = 1 AND n.uscc <> e.uscc, false) AS names_another
    FROM ({candidates}) c JOIN rec r ON r.row = c.row JOIN reg e ON e.uscc = c.uscc LEFT JOIN named n ON n.row = r.row
    WHERE NOT EXISTS (SELECT 1 FROM denied d WHERE d.row = r.row AND d.uscc = e.uscc)
      AND NOT EXISTS (SELECT 1 FROM done d WHERE d.row = r.row) AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.row = r.row);
INSERT INTO done
    SELECT row, uscc, '{method}', CASE WHEN same_name THEN 1.0 ELSE 0.99 END,
           CASE WHEN name IS NULL THEN ['{words}'] WHEN same_name THEN ['{words}', '名称一致'] ELSE ['{words}', '名称与登记不一致'] END
    FROM found WHERE same_name OR NOT (branch_of_parent OR names_another);
INSERT INTO doubt
    SELECT row, uscc, 0.6, CASE WHEN branch_of_parent THEN ['{words}', '名称是分支机构,该代码是其法人的'] ELSE ['{words}', '名称指向另一主体'] END
    FROM found WHERE NOT same_name AND (branch_of_parent OR names_another);
INSERT INTO doubt
    SELECT row, other, 0.5, ['名称一致', '代码指向另一主体'] FROM found WHERE NOT same_name AND names_another;
"""  # noqa: S608 - made of fixed parts


BY_CODE = _by_number("SELECT r.row, e.uscc FROM rec r JOIN reg e ON e.uscc = r.uscc", "code", "统一社会信用代码一致")
BY_ORGANISATION = _by_number(
    "SELECT r.row, min(e.uscc) AS uscc FROM rec r JOIN reg e ON e.org = r.org GROUP BY r.row HAVING count(*) = 1",
    "organisation_code",
    "组织机构代码一致",
)
BY_OLD_NUMBER = _by_number(
    "SELECT r.row, min(e.uscc) AS uscc FROM rec r JOIN reg e ON e.reg_no = r.reg_no GROUP BY r.row HAVING count(*) = 1",
    "old_number",
    "原注册号一致",
)

# A record with a valid code that the register does not know is somebody else's until an officer says otherwise.
BY_NAME = f"""
CREATE OR REPLACE TEMP TABLE found AS
    SELECT r.row, e.uscc, r.uscc IS NOT NULL AND NOT EXISTS (SELECT 1 FROM denied d WHERE d.row = r.row) AS has_other_code, e.name <> r.name AS by_former_name, {AGREEMENTS}
    FROM rec r JOIN (SELECT DISTINCT name, uscc FROM alias) a ON a.name = r.name JOIN reg e ON e.uscc = a.uscc
    WHERE r.branch = e.branch
      AND NOT EXISTS (SELECT 1 FROM denied d WHERE d.row = r.row AND d.uscc = e.uscc)
      AND NOT EXISTS (SELECT 1 FROM done d WHERE d.row = r.row) AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.row = r.row);
CREATE OR REPLACE TEMP TABLE weighed AS
    SELECT *, NOT has_other_code AND (({STRONG} + {WEAK} >= 1 AND coalesce(same_day, true)) OR ({STRONG} >= 1 AND {STRONG} + {WEAK} >= 2)) AS supported,
           CASE WHEN by_former_name THEN ['曾用名一致'] ELSE ['名称一致'] END || {REASONS} AS reasons
    FROM found;
INSERT INTO done
    SELECT row, min(uscc), 'name_and_attribute', CASE WHEN bool_or({STRONG} >= 1) THEN 0.999 ELSE 0.995 END, any_value(reasons)
    FROM weighed WHERE supported GROUP BY row HAVING count(*) = 1;
INSERT INTO doubt
    SELECT row, uscc, CASE WHEN supported THEN 0.9 WHEN {STRONG} + {WEAK} = 0 AND len(reasons) = 1 THEN 0.8 ELSE 0.5 END,
           CASE WHEN has_other_code THEN list_append(reasons, '记录自带的代码不在登记库中')
                WHEN supported THEN list_append(reasons, '有多个主体同时符合')
                WHEN len(reasons) = 1 THEN list_append(reasons, '没有可比的其他信息') ELSE reasons END
    FROM weighed w WHERE NOT EXISTS (SELECT 1 FROM done d WHERE d.row = w.row);
"""  # noqa: S608 - made of fixed parts

LINKED = """
SELECT d.row, r.source, r.record_id, d.uscc, d.method, d.confidence,
       CASE WHEN r.uscc_fault IS NULL OR d.method = 'officer' THEN d.reasons ELSE list_append(d.reasons, '记录中的代码有误,未采用') END AS reasons
FROM done d JOIN rec r USING (row) ORDER BY d.row
"""

REVIEW = """
SELECT d.row, r.source, r.record_id, d.uscc, row_number() OVER (PARTITION BY d.row ORDER BY d.confidence DESC, d.uscc) AS rank, d.confidence, d.reasons
FROM (SELECT row, uscc, max(confidence) AS confidence, arg_max(reasons, confidence) AS reasons FROM doubt GROUP BY row, uscc) d
JOIN rec r USING (row)
QUALIFY rank <= 5
ORDER BY d.row, rank
"""

UNLINKED = """
SELECT r.row, r.source, r.record_id,
       CASE WHEN EXISTS (SELECT 1 FROM denied d WHERE d.row = r.row) THEN '候选主体已被经办人员否认,没有其他可比的主体'
            WHEN r.uscc IS NOT NULL THEN '统一社会信用代码有效,但登记库中没有该主体'
            WHEN r.name IS NULL AND r.uscc_fault IS NOT NULL THEN '代码有误且没有名称'
            WHEN r.name IS NULL AND r.org IS NULL AND r.reg_no IS NULL THEN '既没有代码也没有名称'
            WHEN r.name IS NULL THEN '登记库中没有该代码,记录也没有名称'
            ELSE '登记库中没有可比的主体' END AS reason
FROM rec r
WHERE NOT EXISTS (SELECT 1 FROM done d WHERE d.row = r.row) AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.row = r.row)
ORDER BY r.row
"""
