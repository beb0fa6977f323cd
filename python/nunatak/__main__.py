"""`python -m nunatak`: the `nunatak` command."""

from nunatak.program import main

if __name__ == "__main__":
    main()
