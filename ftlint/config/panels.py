"""The panels of help: groups of options under a title."""

OPTIONS = "Options"
"""The panel of the command's own options."""
JOB = "Job"
UPLOAD = "Upload"
TARGET = "Target"
RULES = "Rules"
READING = "Reading"
CONVERSION = "Conversion"
OUTPUT = "Output"
BASELINE = "Baseline"
COST = "Cost"
PROVIDER = "Provider"
EXECUTION = "Execution"
REPORT = "Report"
CONFIGURATION = "Configuration"

ORDER = (
    OPTIONS,
    JOB,
    UPLOAD,
    OUTPUT,
    TARGET,
    RULES,
    BASELINE,
    READING,
    CONVERSION,
    COST,
    PROVIDER,
    EXECUTION,
    REPORT,
    CONFIGURATION,
)
"""In the order of the help."""
