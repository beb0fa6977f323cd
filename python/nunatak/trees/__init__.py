"""Trees of datasets: how they are built, mapped, aligned and loaded."""
