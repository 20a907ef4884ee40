package protovec

import (
	"math"
	"slices"
	"unicode/utf8"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Metadata are typed values to filter by, at most 256. A value is a string, a bool, an integer of any
// type, a float32 or float64, or a []string. They come back as string, bool, int64, float64 and
// []string.
type Metadata map[string]any

func (m Metadata) proto() (map[string]*pb.MetadataValue, error) {
	if len(m) == 0 {
		return nil, nil
	}
	values := make(map[string]*pb.MetadataValue, len(m))
	for key, value := range m {
		field := "metadata[" + key + "]"
		if !utf8.ValidString(key) {
			return nil, invalid("metadata", "the key %q is not UTF-8", key)
		}
		message, ok := MetadataProto(value)
		if !ok {
			return nil, invalid(field, "%s is a %T that cannot be sent; a value is a string of UTF-8, a bool, an integer of 64 bits, a float or a []string", field, value)
		}
		values[key] = message
	}
	return values, nil
}

// MetadataProto is the generated message of a metadata value; false when there is no such kind, an
// integer does not fit into 64 bits or a text is not UTF-8.
func MetadataProto(value any) (*pb.MetadataValue, bool) {
	switch v := value.(type) {
	case string:
		return &pb.MetadataValue{Kind: &pb.MetadataValue_StringValue{StringValue: v}}, utf8.ValidString(v)
	case bool:
		return &pb.MetadataValue{Kind: &pb.MetadataValue_BoolValue{BoolValue: v}}, true
	case float64:
		return &pb.MetadataValue{Kind: &pb.MetadataValue_DoubleValue{DoubleValue: v}}, true
	case float32:
		return &pb.MetadataValue{Kind: &pb.MetadataValue_DoubleValue{DoubleValue: float64(v)}}, true
	case []string:
		list := &pb.StringList{Values: slices.Clone(v)}
		return &pb.MetadataValue{Kind: &pb.MetadataValue_ListValue{ListValue: list}},
			!slices.ContainsFunc(v, func(text string) bool { return !utf8.ValidString(text) })
	}
	number, ok := integer(value)
	return &pb.MetadataValue{Kind: &pb.MetadataValue_IntValue{IntValue: number}}, ok
}

func integer(value any) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), true
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case uint8:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case uint:
		return int64(v), uint64(v) <= math.MaxInt64
	case uint64:
		return int64(v), v <= math.MaxInt64
	}
	return 0, false
}

func metadataOf(values map[string]*pb.MetadataValue) Metadata {
	if len(values) == 0 {
		return nil
	}
	metadata := make(Metadata, len(values))
	for key, value := range values {
		if plain := MetadataOf(value); plain != nil {
			metadata[key] = plain
		}
	}
	return metadata
}

// MetadataOf is the value of a generated message: a string, bool, int64, float64 or []string; nil
// when none is set.
func MetadataOf(value *pb.MetadataValue) any {
	switch kind := value.GetKind().(type) {
	case *pb.MetadataValue_StringValue:
		return kind.StringValue
	case *pb.MetadataValue_IntValue:
		return kind.IntValue
	case *pb.MetadataValue_DoubleValue:
		return kind.DoubleValue
	case *pb.MetadataValue_BoolValue:
		return kind.BoolValue
	case *pb.MetadataValue_ListValue:
		if texts := kind.ListValue.GetValues(); texts != nil {
			return texts
		}
		return []string{}
	}
	return nil
}
