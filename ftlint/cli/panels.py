"""The panels of help: options that belong together, under a title."""

OPTIONS = "Options"
"""Those of the command itself."""
JOB = "Job"
UPLOAD = "Upload"
TARGET = "Target"
RULES = "Rules"
READING = "Reading"
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
    COST,
    PROVIDER,
    EXECUTION,
    REPORT,
    CONFIGURATION,
)
"""As help lists them."""
