package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"testing"
)

const tolerance = 1e-4

// mismatch tells what is amiss with an answer, of which only what is expected is looked at; empty:
// nothing is.
func mismatch(expected, actual any, path string) string {
	if expected == nil {
		if actual == nil {
			return ""
		}
		return fmt.Sprintf("%s is there: %v", path, actual)
	}
	if actual == nil {
		return fmt.Sprintf("%s is absent, not %v", path, expected)
	}
	switch wanted := expected.(type) {
	case object:
		return mismatchOfObject(wanted, actual, path)
	case []any:
		items, ok := actual.([]any)
		if !ok || len(items) != len(wanted) {
			return fmt.Sprintf("%s is %v, not %v", path, actual, wanted)
		}
		for i := range wanted {
			if found := mismatch(wanted[i], items[i], fmt.Sprintf("%s[%d]", path, i)); found != "" {
				return found
			}
		}
		return ""
	}
	a, isNumber := number(expected)
	b, alsoNumber := number(actual)
	if isNumber && alsoNumber {
		difference := math.Abs(a - b)
		if difference <= tolerance || difference <= tolerance*math.Max(math.Abs(a), math.Abs(b)) {
			return ""
		}
	} else if expected == actual {
		return ""
	}
	return fmt.Sprintf("%s is %v, not %v", path, actual, expected)
}

func mismatchOfObject(wanted object, actual any, path string) string {
	if _, ok := wanted["$any"]; ok {
		return ""
	}
	fields, ok := actual.(object)
	if !ok {
		// A metadata value with its type spelled out, which is compared exactly.
		for _, kind := range []string{"int", "double"} {
			text, has := wanted[kind]
			if !has || len(wanted) != 1 {
				continue
			}
			a, okA := new(big.Rat).SetString(fmt.Sprint(text))
			b, okB := new(big.Rat).SetString(fmt.Sprint(actual))
			if okA && okB && a.Cmp(b) == 0 {
				return ""
			}
		}
		return fmt.Sprintf("%s is %v, not %v", path, actual, wanted)
	}
	for key, value := range wanted {
		if found := mismatch(value, fields[key], path+"."+key); found != "" {
			return found
		}
	}
	return ""
}

func number(value any) (float64, bool) {
	switch v := value.(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float32:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// The comparison itself must be able to fail.
func TestMismatchTellsWhatDiffers(t *testing.T) {
	actual := object{"n": int64(4611686018427387904), "list": []any{"a"}, "x": 1.0}
	for _, expected := range []object{
		{"n": object{"int": "4611686018427387905"}}, {"list": []any{}}, {"list": []any{"b"}},
		{"x": json.Number("1.001")}, {"x": nil}, {"missing": "a"}, {"list": object{}},
	} {
		if mismatch(expected, actual, "answer") == "" {
			t.Errorf("%v was taken for a part of %v", expected, actual)
		}
	}
	same := object{"n": object{"int": "4611686018427387904"}, "x": json.Number("1.00001"), "missing": nil}
	if found := mismatch(same, actual, "answer"); found != "" {
		t.Error(found)
	}
}
