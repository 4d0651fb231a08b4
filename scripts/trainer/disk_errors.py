"""What the disk refuses."""

import errno

# The disk, a quota, or the largest file that is allowed has been reached; `src/disk-errors.ts` has the same list.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FAILING = {errno.EIO}


def is_full(error):
    return has_code(error, FULL)


def is_failing(error):
    return has_code(error, FAILING)


def has_code(error, codes):
    """Whether an error is one of the system's with these codes; the safetensors library says so only in words."""
    return getattr(error, "errno", None) in codes or any(f"os error {code})" in str(error) for code in codes)
