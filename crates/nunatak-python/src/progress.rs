//! Long jobs that tell Python how far they are.

use std::ops::ControlFlow;
use std::sync::Mutex;

use nunatak::array::{Progress, Step};
use pyo3::prelude::*;

use crate::threads::on_caller;

/// Calls `progress(done, total)` after each part; an exception there, or Ctrl-C, stops the job.
pub(crate) struct PythonProgress {
    callable: Option<Py<PyAny>>,
    raised: Mutex<Option<PyErr>>,
}

impl PythonProgress {
    pub(crate) fn new(callable: Option<Py<PyAny>>) -> Self {
        Self { callable, raised: Mutex::new(None) }
    }

    /// The exception that stopped the job, if one did.
    pub(crate) fn raised(&self) -> Option<PyErr> {
        self.raised.lock().ok().and_then(|mut raised| raised.take())
    }
}

impl Progress for PythonProgress {
    fn step(&self, step: Step) -> ControlFlow<()> {
        let told = on_caller(|py| {
            py.check_signals()?;
            match &self.callable {
                Some(callable) => callable.call1(py, (step.done, step.total)).map(drop),
                None => Ok(()),
            }
        });
        let Err(error) = told else { return ControlFlow::Continue(()) };
        if let Ok(mut raised) = self.raised.lock() {
            *raised = Some(error);
        }
        ControlFlow::Break(())
    }
}
