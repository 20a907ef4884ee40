//! The status codes of gRPC, without a gRPC library.

use std::fmt;

/// Why a call failed, as gRPC sorts it. A snapshot file that is damaged is [`Code::DataLoss`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The call was cancelled.
    Cancelled = 1,
    /// Nobody knows.
    Unknown = 2,
    /// An argument is wrong, whatever the state of the server is; see the field violations.
    InvalidArgument = 3,
    /// The deadline passed before the answer came.
    DeadlineExceeded = 4,
    /// What was asked for does not exist.
    NotFound = 5,
    /// What was to be created exists.
    AlreadyExists = 6,
    /// The caller may not do this.
    PermissionDenied = 7,
    /// There is no room for it: too much at once, or too large an answer.
    ResourceExhausted = 8,
    /// The state of the server does not allow it.
    FailedPrecondition = 9,
    /// It met another change.
    Aborted = 10,
    /// Beyond the end.
    OutOfRange = 11,
    /// The other side is too old or too new for this.
    Unimplemented = 12,
    /// A bug of one of the sides.
    Internal = 13,
    /// The server is not reached or does not serve now; trying again may help.
    Unavailable = 14,
    /// Stored data is damaged.
    DataLoss = 15,
    /// The caller did not say who it is.
    Unauthenticated = 16,
}

const ALL: [Code; 16] = [
    Code::Cancelled,
    Code::Unknown,
    Code::InvalidArgument,
    Code::DeadlineExceeded,
    Code::NotFound,
    Code::AlreadyExists,
    Code::PermissionDenied,
    Code::ResourceExhausted,
    Code::FailedPrecondition,
    Code::Aborted,
    Code::OutOfRange,
    Code::Unimplemented,
    Code::Internal,
    Code::Unavailable,
    Code::DataLoss,
    Code::Unauthenticated,
];

impl Code {
    /// The code of a number on the wire; [`Code::Unknown`] for a number that is none.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        let index = (number as usize).checked_sub(1);
        index
            .and_then(|index| ALL.get(index))
            .copied()
            .unwrap_or(Self::Unknown)
    }

    /// Its name, such as `NOT_FOUND`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Code};

    #[test]
    fn numbers_are_those_of_grpc() {
        for (index, code) in ALL.into_iter().enumerate() {
            assert_eq!(code as usize, index + 1);
            assert_eq!(Code::from_number(code as u32), code);
        }
        assert_eq!(Code::from_number(0), Code::Unknown);
        assert_eq!(Code::from_number(17), Code::Unknown);
    }
}
