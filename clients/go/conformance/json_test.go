package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	protovec "github.com/protovec/protovec/clients/go"
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

func text(with object, key string) string {
	value, _ := with[key].(string)
	return value
}

func flag(with object, key string) bool {
	value, _ := with[key].(bool)
	return value
}

// whole is an integer, 0 when it is absent.
func whole(with object, key string) int {
	value, ok := with[key].(json.Number)
	if !ok {
		return 0
	}
	integer, err := value.Int64()
	if err != nil {
		panic(fmt.Sprintf("%s is %v, no integer", key, value))
	}
	return int(integer)
}

func texts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	result := make([]string, len(list))
	for i, item := range list {
		result[i] = item.(string)
	}
	return result
}

func items[T any](values []T) []any {
	result := make([]any, len(values))
	for i, value := range values {
		result[i] = value
	}
	return result
}

func vector(value any) []float32 {
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	values := make([]float32, len(list))
	for i, item := range list {
		f, err := strconv.ParseFloat(string(item.(json.Number)), 32)
		if err != nil {
			panic(err)
		}
		values[i] = float32(f)
	}
	return values
}

func filter(with object) (*pb.Filter, error) {
	value, ok := with["filter"]
	if !ok || value == nil {
		return nil, nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var message pb.Filter
	return &message, protojson.Unmarshal(encoded, &message)
}

func record(value object) *protovec.Record {
	r := &protovec.Record{
		ID: text(value, "id"), Content: text(value, "content"), Title: text(value, "title"),
		Embedding: vector(value["embedding"]),
	}
	if path, ok := value["file_path"].(string); ok {
		r.FilePath = &path
	}
	if extension, ok := value["extension"].(string); ok {
		r.Extension = &extension
	}
	if metadata, ok := value["metadata"].(object); ok {
		r.Metadata = protovec.Metadata{}
		for key, item := range metadata {
			r.Metadata[key] = metadataValue(item)
		}
	}
	return r
}

func metadataValue(value any) any {
	switch v := value.(type) {
	case json.Number:
		if !strings.ContainsAny(string(v), ".eE") {
			return must(v.Int64())
		}
		return must(v.Float64())
	case []any:
		return texts(v)
	case object:
		if integer, ok := v["int"]; ok {
			return must(strconv.ParseInt(fmt.Sprint(integer), 10, 64))
		}
		return must(strconv.ParseFloat(fmt.Sprint(v["double"]), 64))
	}
	return value
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// source gives the records of a step one by one: a list, or generated ones.
func source(value any) iter.Seq2[*protovec.Record, error] {
	return func(yield func(*protovec.Record, error) bool) {
		if recipe, ok := value.(object); ok {
			generate := recipe["generate"].(object)
			first := whole(generate, "first")
			for i := first; i < first+whole(generate, "count"); i++ {
				if !yield(generated(i, generate), nil) {
					return
				}
			}
			return
		}
		list, _ := value.([]any)
		for _, item := range list {
			if !yield(record(item.(object)), nil) {
				return
			}
		}
	}
}

func generated(i int, recipe object) *protovec.Record {
	embedding := make([]float32, whole(recipe, "dimension"))
	for j := range embedding {
		embedding[j] = float32(float64((i*31+j*17)%101)/101 + 0.01)
	}
	return &protovec.Record{
		ID:        "g" + strconv.Itoa(i),
		Content:   strings.Repeat("x", whole(recipe, "content_bytes")),
		Embedding: embedding,
		Metadata:  protovec.Metadata{"n": i, "even": i%2 == 0},
	}
}

func records(value any) []*protovec.Record {
	var list []*protovec.Record
	for r := range source(value) {
		list = append(list, r)
	}
	return list
}

func jsonOfRecord(r *protovec.Record) object {
	metadata := object{}
	for key, value := range r.Metadata {
		if list, ok := value.([]string); ok {
			value = items(list)
		}
		metadata[key] = value
	}
	result := object{
		"id": r.ID, "content": r.Content, "title": r.Title, "metadata": metadata, "revision": r.Revision,
	}
	if len(r.Embedding) > 0 {
		result["embedding"] = items(r.Embedding)
	}
	if r.FilePath != nil {
		result["file_path"] = *r.FilePath
	}
	if r.Extension != nil {
		result["extension"] = *r.Extension
	}
	if !r.CreateTime.IsZero() {
		result["create_time"] = r.CreateTime.String()
	}
	if !r.UpdateTime.IsZero() {
		result["update_time"] = r.UpdateTime.String()
	}
	return result
}

// jsonOfError is nil for what is no error of Protovec.
func jsonOfError(err error) object {
	e, ok := errors.AsType[*protovec.Error](err)
	if !ok {
		return nil
	}
	return object{"code": protovec.CodeName(e.Code), "reason": e.Reason, "field": e.Field(), "message": e.Message}
}

func jsonOfErrors(refused []protovec.RecordError) []any {
	result := make([]any, len(refused))
	for i, r := range refused {
		result[i] = object{"index": r.Index, "id": r.ID, "reason": r.Reason, "field": r.Field}
	}
	return result
}
