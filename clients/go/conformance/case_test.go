package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// object is JSON as the cases have it; numbers are json.Number.
type object = map[string]any

// feature is one file of cases.
type feature struct {
	Feature string     `json:"feature"`
	Cases   []testCase `json:"cases"`
	// file is its name without the extension.
	file string
}

type testCase struct {
	Name  string   `json:"name"`
	Needs []string `json:"needs"`
	Steps []step   `json:"steps"`
}

type step struct {
	Do     string `json:"do"`
	With   object `json:"with"`
	Expect any    `json:"expect"`
	Error  object `json:"error"`
	Save   string `json:"save"`
}

func features(t *testing.T, folder string) []feature {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cases in %s (%v)", folder, err)
	}
	all := make([]feature, len(files))
	for i, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(file)
		decoder.UseNumber()
		if err := decoder.Decode(&all[i]); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = file.Close()
		all[i].file = strings.TrimSuffix(filepath.Base(name), ".json")
	}
	return all
}

// replaced is the same JSON with "$name.path" replaced by what was saved.
func replaced(value any, saved object) any {
	switch v := value.(type) {
	case object:
		result := make(object, len(v))
		for key, item := range v {
			result[key] = replaced(item, saved)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, item := range v {
			result[i] = replaced(item, saved)
		}
		return result
	case string:
		path, ok := strings.CutPrefix(v, "$")
		if !ok {
			return v
		}
		var found any = saved
		for name := range strings.SplitSeq(path, ".") {
			inner, _ := found.(object)
			found, ok = inner[name]
			if !ok {
				return v
			}
		}
		return found
	}
	return value
}
