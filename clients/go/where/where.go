// Package where builds filters: conditions on records, and trees of them.
//
//	where.All(where.Eq("lang", "en"), where.Gte("year", 2020))
//
// A record without the key of a condition does not match it, whatever the condition, but for
// [Missing]. A list of texts satisfies a test when one of them does; it satisfies [Ne] when none is
// equal. Values are those of protovec.Metadata; one of another kind makes a filter that the server
// refuses with INVALID_ARGUMENT and the path of the value.
package where

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/protovec/protovec/clients/go"
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Filter is a condition on records.
type Filter = pb.Filter

// All matches what every filter matches; without filters, every record.
func All(filters ...*Filter) *Filter {
	return &Filter{Condition: &pb.Filter_AllOf{AllOf: &pb.FilterGroup{Filters: filters}}}
}

// Any matches what at least one filter matches; without filters, no record.
func Any(filters ...*Filter) *Filter {
	return &Filter{Condition: &pb.Filter_AnyOf{AnyOf: &pb.FilterGroup{Filters: filters}}}
}

// None matches what no filter matches; without filters, every record.
func None(filters ...*Filter) *Filter {
	return &Filter{Condition: &pb.Filter_NoneOf{NoneOf: &pb.FilterGroup{Filters: filters}}}
}

// Eq: the value of the key is equal, case included. Integers and floats compare as numbers.
func Eq(key string, value any) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_Equals{Equals: valueOf(value)}})
}

// Ne: the key is there and its value is not equal.
func Ne(key string, value any) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_NotEquals{NotEquals: valueOf(value)}})
}

// OneOf: the value of the key equals one of these, at most 1,024.
func OneOf(key string, values ...any) *Filter {
	list := &pb.MetadataValueList{Values: make([]*pb.MetadataValue, len(values))}
	for i, value := range values {
		list.Values[i] = valueOf(value)
	}
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_OneOf{OneOf: list}})
}

// Contains: the text of the key contains this one, ignoring case.
func Contains(key, text string) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_Contains{Contains: text}})
}

// StartsWith: the text of the key starts with this one, ignoring case.
func StartsWith(key, text string) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_StartsWith{StartsWith: text}})
}

// EndsWith: the text of the key ends with this one, ignoring case.
func EndsWith(key, text string) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_EndsWith{EndsWith: text}})
}

// Exists: the key is there.
func Exists(key string) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_Exists{Exists: true}})
}

// Missing: the key is not there.
func Missing(key string) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_Exists{Exists: false}})
}

// Gt: the number of the key is greater.
func Gt(key string, bound float64) *Filter { return numbers(key, Range{Gt: &bound}) }

// Gte: the number of the key is greater or equal.
func Gte(key string, bound float64) *Filter { return numbers(key, Range{Gte: &bound}) }

// Lt: the number of the key is less.
func Lt(key string, bound float64) *Filter { return numbers(key, Range{Lt: &bound}) }

// Lte: the number of the key is less or equal.
func Lte(key string, bound float64) *Filter { return numbers(key, Range{Lte: &bound}) }

// Between: the number of the key is at least low and at most high.
func Between(key string, low, high float64) *Filter {
	return numbers(key, Range{Gte: &low, Lte: &high})
}

// InRange: the number of the key lies in the range.
func InRange(key string, bounds Range) *Filter { return numbers(key, bounds) }

// Range is a range of numbers; bounds that are nil do not bind.
type Range struct{ Gt, Gte, Lt, Lte *float64 }

// TitleContains: the title contains this text, ignoring case.
func TitleContains(text string) *Filter {
	return &Filter{Condition: &pb.Filter_TitleContains{TitleContains: text}}
}

// ExtensionIn: the extension is one of these, ignoring case. A record without one does not match.
func ExtensionIn(extensions ...string) *Filter {
	return &Filter{Condition: &pb.Filter_ExtensionIn{ExtensionIn: &pb.StringList{Values: extensions}}}
}

// ExtensionNotIn: the extension is none of these, ignoring case. A record without one does not match.
func ExtensionNotIn(extensions ...string) *Filter {
	return &Filter{Condition: &pb.Filter_ExtensionNotIn{ExtensionNotIn: &pb.StringList{Values: extensions}}}
}

// ContentLength: the content has so many Unicode code points.
func ContentLength(bounds Range) *Filter {
	return &Filter{Condition: &pb.Filter_ContentLength{ContentLength: bounds.proto()}}
}

// IDs: the id is one of these, at most 10,000.
func IDs(ids ...string) *Filter {
	return &Filter{Condition: &pb.Filter_Ids{Ids: &pb.StringList{Values: ids}}}
}

// Created: the record was first stored from start on and before end. A zero time does not bind.
func Created(start, end time.Time) *Filter {
	return &Filter{Condition: &pb.Filter_CreateTime{CreateTime: times(start, end)}}
}

// Updated: the record was last written from start on and before end. A zero time does not bind.
func Updated(start, end time.Time) *Filter {
	return &Filter{Condition: &pb.Filter_UpdateTime{UpdateTime: times(start, end)}}
}

func metadata(condition *pb.MetadataCondition) *Filter {
	return &Filter{Condition: &pb.Filter_Metadata{Metadata: condition}}
}

func numbers(key string, bounds Range) *Filter {
	return metadata(&pb.MetadataCondition{Key: key, Test: &pb.MetadataCondition_Range{Range: bounds.proto()}})
}

func (r Range) proto() *pb.NumberRange {
	return &pb.NumberRange{Gt: r.Gt, Gte: r.Gte, Lt: r.Lt, Lte: r.Lte}
}

func times(start, end time.Time) *pb.TimeRange {
	bounds := &pb.TimeRange{}
	if !start.IsZero() {
		bounds.Start = timestamppb.New(start)
	}
	if !end.IsZero() {
		bounds.End = timestamppb.New(end)
	}
	return bounds
}

func valueOf(value any) *pb.MetadataValue {
	message, ok := protovec.MetadataProto(value)
	if !ok {
		// A value of no kind, which the server refuses by its path.
		return &pb.MetadataValue{}
	}
	return message
}
