package protovec

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// batchSearches is the most searches that a server takes in one call.
const batchSearches = 1_000

// SearchMany runs searches in one call, or in one for each 1,000, and gives the results in their
// order. One bad search refuses all of them, by its place: searches[3].vector.
func (c *Collection) SearchMany(ctx context.Context, queries []Query) ([]*SearchResult, error) {
	searches := make([]*pb.SearchRequest, len(queries))
	for i := range queries {
		search, err := queries[i].proto()
		if err != nil {
			return nil, within(err, "searches["+strconv.Itoa(i)+"]")
		}
		searches[i] = search
	}
	results := make([]*SearchResult, 0, len(queries))
	for start := 0; start < len(searches); start += batchSearches {
		some := searches[start:min(start+batchSearches, len(searches))]
		request := &pb.BatchSearchRequest{Collection: c.name, Searches: some}
		response, err := unary(ctx, c.client, c.client.search.BatchSearch, request)
		if err != nil {
			return nil, shiftSearches(err, start)
		}
		if len(response.GetResponses()) != len(some) {
			return nil, NewError(codes.Internal, "", fmt.Sprintf(
				"the server sent %d results for %d searches", len(response.GetResponses()), len(some)), nil, nil)
		}
		for _, one := range response.GetResponses() {
			results = append(results, searchResult(one))
		}
	}
	return results, c.client.open()
}

// shiftSearches makes searches[3].limit of a call that began at search 1000 searches[1003].limit.
func shiftSearches(err error, start int) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || start == 0 {
		return err
	}
	moved := *e
	moved.Violations = make([]FieldViolation, len(e.Violations))
	for i, violation := range e.Violations {
		if rest, ok := strings.CutPrefix(violation.Field, "searches["); ok {
			place, rest, _ := strings.Cut(rest, "]")
			if index, err := strconv.Atoi(place); err == nil {
				violation.Field = "searches[" + strconv.Itoa(index+start) + "]" + rest
			}
		}
		moved.Violations[i] = violation
	}
	return &moved
}
