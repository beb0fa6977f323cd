//! Gauss-Legendre quadrature.

/// Nodes and weights on [0, 1] for integrals of functions that change over an Earth's diameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GaussLegendre {
    pub(crate) nodes: &'static [(f64, f64)],
}

impl GaussLegendre {
    const TWO: Self = Self { nodes: &[(0.211_324_865_405_187_1, 0.5), (0.788_675_134_594_812_9, 0.5)] };
    const THREE: Self = Self {
        nodes: &[(0.112_701_665_379_258_3, 5.0 / 18.0), (0.5, 4.0 / 9.0), (0.887_298_334_620_741_7, 5.0 / 18.0)],
    };
    const FOUR: Self = Self {
        nodes: &[
            (0.069_431_844_202_973_71, 0.173_927_422_568_726_9),
            (0.330_009_478_207_571_9, 0.326_072_577_431_273_1),
            (0.669_990_521_792_428_1, 0.326_072_577_431_273_1),
            (0.930_568_155_797_026_3, 0.173_927_422_568_726_9),
        ],
    };

    /// The shortest rule for an edge of this length (m) of a piece of a polygon: its error, seen from the pole, stays
    /// below a trillionth of a cell.
    pub(crate) fn for_piece(length: f64) -> Self {
        if length <= 12_000.0 { Self::TWO } else { Self::for_width(length) }
    }

    /// The shortest rule whose error stays below round-off on a panel of this width (m): it falls like
    /// (half width / Earth's diameter) to twice the number of nodes.
    pub(crate) fn for_width(width: f64) -> Self {
        match width {
            width if width <= 8_500.0 => Self::TWO,
            width if width <= 40_000.0 => Self::THREE,
            _ => Self::FOUR,
        }
    }
}

/// Most panels of one edge: that of a cell as wide as all coordinates that the Earth has.
const MOST_PANELS: f64 = 1000.0;

/// Number of panels of at most 200 km.
pub(crate) fn panels(width: f64) -> usize {
    (width.abs() / 200_000.0).ceil().clamp(1.0, MOST_PANELS) as usize
}
