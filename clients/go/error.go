package protovec

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Reasons that programs commonly ask for. The server has more; all are stable.
const (
	ReasonCollectionNotFound = "COLLECTION_NOT_FOUND"
	ReasonRecordNotFound     = "RECORD_NOT_FOUND"
	ReasonSnapshotNotFound   = "SNAPSHOT_NOT_FOUND"
	ReasonAlreadyExists      = "ALREADY_EXISTS"
	ReasonInvalidEmbedding   = "INVALID_EMBEDDING"
	ReasonRevisionMismatch   = "REVISION_MISMATCH"
	ReasonOverloaded         = "OVERLOADED"
	ReasonStorageCorrupted   = "STORAGE_CORRUPTED"
	// ReasonTLSFailed: TLS refused the connection; trying again does not help.
	ReasonTLSFailed = "TLS_FAILED"
	// ReasonClientClosed: the client was closed before the call.
	ReasonClientClosed = "CLIENT_CLOSED"
)

// FieldViolation is one field at fault.
type FieldViolation struct {
	// Field is its path from the request, in proto names: records[3].embedding.
	Field string
	// Description says what is wrong with it and what would be right.
	Description string
}

// Error is a call that failed, by the server's word or before it was sent.
type Error struct {
	// Code is the gRPC status.
	Code codes.Code
	// Reason is stable, such as RECORD_NOT_FOUND; the name of the code when the server gave none.
	Reason string
	// Message is for people.
	Message string
	// Violations are the fields at fault, if any.
	Violations []FieldViolation
	// RetryAfter: the call may succeed when it is repeated after so long. 0: the server does not say.
	RetryAfter time.Duration
	// Metadata are facts for programs, such as the file and the offset of damage.
	Metadata map[string]string

	cause error
}

// Error gives the status, the reason and the message.
func (e *Error) Error() string {
	name := CodeName(e.Code)
	if e.Reason == "" || e.Reason == name {
		return fmt.Sprintf("protovec: %s: %s", name, e.Message)
	}
	return fmt.Sprintf("protovec: %s (%s): %s", name, e.Reason, e.Message)
}

// Unwrap gives what lies beneath: the error of the context, of gRPC or of the caller's source.
func (e *Error) Unwrap() error { return e.cause }

// GRPCStatus lets status.Code and its kin read the error.
func (e *Error) GRPCStatus() *status.Status { return status.New(e.Code, e.Message) }

// Field is the path of the first field at fault; empty when none is.
func (e *Error) Field() string {
	if len(e.Violations) == 0 {
		return ""
	}
	return e.Violations[0].Field
}

// IsNotFound tells whether a collection, a record or a snapshot does not exist; [ReasonOf] tells which.
func IsNotFound(err error) bool { return codeOf(err) == codes.NotFound }

// ReasonOf is the reason of the first [*Error] in the chain; empty when there is none.
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// CodeName spells a status as gRPC's specification does: NOT_FOUND.
func CodeName(code codes.Code) string {
	if code == codes.Canceled {
		return "CANCELLED"
	}
	var name strings.Builder
	for i, letter := range code.String() {
		if i > 0 && letter >= 'A' && letter <= 'Z' && code != codes.OK {
			name.WriteByte('_')
		}
		name.WriteRune(letter)
	}
	return strings.ToUpper(name.String())
}

// NewError makes an error without violations. The packages beside this one use it.
func NewError(code codes.Code, reason, message string, metadata map[string]string, cause error) *Error {
	if reason == "" {
		reason = CodeName(code)
	}
	return &Error{Code: code, Reason: reason, Message: message, Metadata: metadata, cause: cause}
}

func codeOf(err error) codes.Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return codes.Unknown
}

// invalid is an argument that the client itself refuses; field is its path in proto names.
func invalid(field, format string, args ...any) *Error {
	message := fmt.Sprintf(format, args...)
	e := NewError(codes.InvalidArgument, "", message, nil, nil)
	e.Violations = []FieldViolation{{Field: field, Description: message}}
	return e
}

// within puts a path before those of the error's fields: record, records[3].
func within(err error, path string) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	moved := *e
	moved.Message = path + ": " + e.Message
	moved.Violations = make([]FieldViolation, len(e.Violations))
	for i, violation := range e.Violations {
		violation.Field = path + "." + violation.Field
		moved.Violations[i] = violation
	}
	return &moved
}
