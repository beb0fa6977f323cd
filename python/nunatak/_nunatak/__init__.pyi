"""The Rust kernels of Nunatak. Arrays are numpy's; functions release the GIL while they work.

One stub for each file of the bindings; all names are attributes of the extension module itself.
"""

from nunatak._nunatak.altimetry import (
    PointSums as PointSums,
    aggregate_points as aggregate_points,
    locate_points as locate_points,
    needs_of_statistics as needs_of_statistics,
)
from nunatak._nunatak.array import (
    LazyArray as LazyArray,
    cast_array as cast_array,
    stack_arrays as stack_arrays,
)
from nunatak._nunatak.catalog import (
    REPORT_CSS as REPORT_CSS,
    ArchiveCatalog as ArchiveCatalog,
    ArchiveCheck as ArchiveCheck,
    open_repaired as open_repaired,
)
from nunatak._nunatak.crossovers import (
    calibrate_crossovers as calibrate_crossovers,
    calibrate_points as calibrate_points,
)
from nunatak._nunatak.crs import Crs as Crs
from nunatak._nunatak.errors import error_kinds as error_kinds
from nunatak._nunatak.format import (
    can_open as can_open,
    data_bytes_read as data_bytes_read,
    open_file as open_file,
)
from nunatak._nunatak.granules import (
    overpass_numbers as overpass_numbers,
    pass_numbers as pass_numbers,
    points_inside as points_inside,
    read_atl06 as read_atl06,
    read_atl11 as read_atl11,
)
from nunatak._nunatak.grid import (
    Grid as Grid,
    spacing_doubt as spacing_doubt,
    whole_healpix_level as whole_healpix_level,
)
from nunatak._nunatak.ismip import (
    control_names as control_names,
    ismip_domains as ismip_domains,
    model_densities as model_densities,
)
from nunatak._nunatak.program import run_program as run_program
from nunatak._nunatak.readers import Reader as Reader
from nunatak._nunatak.recognition import (
    AUTHALIC_RADIUS as AUTHALIC_RADIUS,
    GRID_MAPPING_ATTRIBUTES as GRID_MAPPING_ATTRIBUTES,
    GridInventory as GridInventory,
    RecognisedGrid as RecognisedGrid,
    centre_attributes as centre_attributes,
    healpix_mapping as healpix_mapping,
    is_place as is_place,
    row_corners as row_corners,
    shape_attributes as shape_attributes,
)
from nunatak._nunatak.references import array_references as array_references
from nunatak._nunatak.regrid import (
    ApplyOptions as ApplyOptions,
    Weights as Weights,
    forget_weights as forget_weights,
)
from nunatak._nunatak.rules import RepairRules as RepairRules
from nunatak._nunatak.scalars import (
    SEA_LEVEL_PER_KILOGRAM as SEA_LEVEL_PER_KILOGRAM,
    Cells as Cells,
    Integrals as Integrals,
    fields_of_scalar as fields_of_scalar,
    scalar_facts as scalar_facts,
    scalar_fields as scalar_fields,
    subtract_arrays as subtract_arrays,
)
from nunatak._nunatak.score import (
    PassCovariance as PassCovariance,
    agreement as agreement,
    all_ensemble_scores as all_ensemble_scores,
    coverage_gaussian as coverage_gaussian,
    crps_ensemble as crps_ensemble,
    crps_gaussian as crps_gaussian,
    dawid_sebastiani as dawid_sebastiani,
    energy_score as energy_score,
    ensemble_moments as ensemble_moments,
    ensemble_statistics as ensemble_statistics,
    interpolate_to_points as interpolate_to_points,
    interval_score as interval_score,
    interval_score_gaussian as interval_score_gaussian,
    log_score_ensemble as log_score_ensemble,
    log_score_gaussian as log_score_gaussian,
    median as median,
    nmad as nmad,
    pit_gaussian as pit_gaussian,
    pit_histogram as pit_histogram,
    rank_probabilities as rank_probabilities,
    rmse as rmse,
    score_residuals as score_residuals,
    shared_errors as shared_errors,
    summary_meanings as summary_meanings,
    z_score as z_score,
)
from nunatak._nunatak.store import (
    file_limits as file_limits,
    has_room as has_room,
    limit_remedy as limit_remedy,
    list_objects as list_objects,
    memory_limit as memory_limit,
    public_options as public_options,
    store_traffic as store_traffic,
    without_secrets as without_secrets,
)
from nunatak._nunatak.streamed import StreamPlan as StreamPlan
from nunatak._nunatak.time import nominal_years as nominal_years
from nunatak._nunatak.units import (
    height_unit as height_unit,
    parse_unit as parse_unit,
    surface_doubt as surface_doubt,
)

__version__: str
