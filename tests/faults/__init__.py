"""What breaks: killed processes, full and read-only disks, damaged files, no handles, storms."""
