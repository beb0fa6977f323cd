"""The parts of `bench/open.py`: contenders in processes of their own, the cases, and the table."""
