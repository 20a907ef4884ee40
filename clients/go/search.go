package protovec

import (
	"context"
	"math"
	"unicode/utf8"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Query is one search: for a vector, for what is near a stored record, or for a text. Exactly one of
// Vector, RecordID and Content is set.
type Query struct {
	// Vector to search for, of the collection's dimension.
	Vector []float32
	// RecordID is the record whose neighbours are searched; it is itself left out.
	RecordID string
	// Content is a text, which the collection's embedder makes a vector.
	Content string
	// Limit is the most results, 1 to 10,000. 0: 10.
	Limit int
	// Threshold is the least score of a result. nil: none.
	Threshold *float32
	// Filter tells which records may be found. nil: all. Package where builds filters.
	Filter *pb.Filter
	// Fields are those of a record to return, in proto names. Empty: all but the embedding; "*": all.
	Fields []string
	// Exact compares with every record instead of asking the index.
	Exact bool
	// EfSearch is how many candidates the graph is asked for, 1 to 10,000. 0: the collection's.
	EfSearch int
	// EmbeddingModel made Vector; another than the collection's is refused. Empty: not checked.
	EmbeddingModel string
}

// Hit is one record that was found.
type Hit struct {
	Record *Record
	// Score is higher for more similar records; see [Metric].
	Score float32
	// Distance is lower for more similar records.
	Distance float32
}

// SearchResult is what a search found.
type SearchResult struct {
	// Hits, best first.
	Hits []Hit
	// Exact: every record that may be found was compared.
	Exact bool
	// Candidates are how many exact distances were considered.
	Candidates uint64
}

// Search finds the nearest records, best first.
func (c *Collection) Search(ctx context.Context, query Query) (*SearchResult, error) {
	request, err := query.proto()
	if err != nil {
		return nil, err
	}
	request.Collection = c.name
	response, err := unary(ctx, c.client, c.client.search.Search, request)
	if err != nil {
		return nil, err
	}
	return searchResult(response), nil
}

func (q *Query) proto() (*pb.SearchRequest, error) {
	request := &pb.SearchRequest{
		Threshold: q.Threshold, Filter: q.Filter, HitMask: mask(q.Fields),
		Exact: q.Exact, EmbeddingModel: q.EmbeddingModel,
	}
	given := 0
	if q.Vector != nil {
		request.Query = &pb.SearchRequest_Vector{Vector: &pb.Vector{Values: q.Vector}}
		given++
	}
	if q.RecordID != "" {
		request.Query = &pb.SearchRequest_RecordId{RecordId: q.RecordID}
		given++
	}
	if q.Content != "" {
		request.Query = &pb.SearchRequest_Content{Content: q.Content}
		given++
	}
	if given != 1 {
		return nil, invalid("query", "%d of Vector, RecordID and Content are set; set exactly one", given)
	}
	for _, one := range []struct{ field, text string }{{"record_id", q.RecordID}, {"content", q.Content}} {
		if !utf8.ValidString(one.text) {
			return nil, invalid(one.field, "%s is not UTF-8", one.field)
		}
	}
	var err error
	if request.Limit, err = positive("limit", q.Limit); err != nil {
		return nil, err
	}
	request.EfSearch, err = positive("ef_search", q.EfSearch)
	return request, err
}

// positive is a number for the server, which knows its limits; 0 is none.
func positive(field string, number int) (*uint32, error) {
	if number == 0 {
		return nil, nil
	}
	if number < 0 || number > math.MaxInt32 {
		return nil, invalid(field, "%s is %d; it is 1 to 10,000", field, number)
	}
	return new(uint32(number)), nil
}

func searchResult(response *pb.SearchResponse) *SearchResult {
	hits := make([]Hit, len(response.GetResults()))
	for i, result := range response.GetResults() {
		hits[i] = Hit{
			Record:   RecordOf(result.GetRecord()),
			Score:    result.GetSimilarityScore(),
			Distance: result.GetDistance(),
		}
	}
	return &SearchResult{
		Hits:       hits,
		Exact:      response.GetMethod() == pb.SearchMethod_SEARCH_METHOD_EXACT,
		Candidates: response.GetCandidateCount(),
	}
}
