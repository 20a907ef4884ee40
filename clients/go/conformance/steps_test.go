package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	protovec "github.com/protovec/protovec/clients/go"
)

// step does one step and gives its answer.
func (r *runner) step(ctx context.Context, do string, with object) (any, error) {
	docs := r.client.Collection(text(with, "collection"))
	switch do {
	case "connect":
		return r.connect(ctx, with)
	case "server_info":
		info, err := r.client.ServerInfo(ctx)
		if err != nil {
			return nil, err
		}
		return object{"version": info.Version}, nil
	case "create_collection":
		return r.createCollection(ctx, with)
	case "get_collection":
		info, err := docs.Describe(ctx)
		return jsonOfCollection(info), err
	case "list_collections":
		infos, err := r.client.ListCollections(ctx)
		names := make([]string, len(infos))
		for i, info := range infos {
			names[i] = info.Name
		}
		return object{"names": items(names)}, err
	case "delete_collection":
		return object{}, r.client.DeleteCollection(ctx, docs.Name())
	case "upsert", "upsert_many", "insert_many", "ingest", "delete", "delete_many":
		return write(ctx, docs, do, with)
	case "get", "get_many", "count", "list", "export", "deadline", "cancel_export":
		return read(ctx, docs, do, with)
	case "search", "search_many", "search_stream":
		return search(ctx, docs, do, with)
	case "read_snapshot_file":
		return r.readFile(with)
	}
	return r.snapshotStep(ctx, docs.Snapshots(), do, with)
}

func (r *runner) createCollection(ctx context.Context, with object) (any, error) {
	config := protovec.CollectionConfig{
		Dimension:      whole(with, "dimension"),
		Metric:         protovec.Metric(text(with, "metric")),
		EmbeddingModel: text(with, "embedding_model"),
	}
	if text(with, "embedder") == "builtin" {
		config.Embedder = protovec.BuiltinEmbedder()
	}
	info, err := r.client.CreateCollection(ctx, text(with, "name"), config)
	return jsonOfCollection(info), err
}

func jsonOfCollection(info *protovec.CollectionInfo) object {
	if info == nil {
		return nil
	}
	return object{
		"name": info.Name, "dimension": info.Dimension, "metric": string(info.Metric),
		"record_count": info.RecordCount, "embedding_model": info.EmbeddingModel,
	}
}

func write(ctx context.Context, docs *protovec.Collection, do string, with object) (any, error) {
	mode := protovec.Mode(protovec.WriteMode(text(with, "mode")))
	switch do {
	case "upsert":
		result, err := docs.Upsert(ctx, record(with["record"].(object)), mode)
		if err != nil {
			return nil, err
		}
		return object{"id": result.ID, "created": result.Created, "durable": result.Durable}, nil
	case "upsert_many":
		results, err := docs.UpsertMany(ctx, records(with["records"]), mode)
		if err != nil {
			return nil, err
		}
		var load protovec.LoadResult
		for _, result := range results {
			switch {
			case result.Err != nil:
				load.Failed++
				load.Errors = append(load.Errors, *result.Err)
			case result.Created:
				load.Created++
			default:
				load.Updated++
			}
		}
		return jsonOfLoad(&load), nil
	case "insert_many":
		load, err := docs.InsertMany(ctx, source(with["records"]), mode)
		return jsonOfLoad(load), err
	case "ingest":
		load, err := docs.Ingest(ctx, source(with["records"]), protovec.IngestMode(protovec.WriteMode(text(with, "mode"))))
		if err != nil {
			return nil, err
		}
		return jsonOfLoad(&load.LoadResult), nil
	case "delete":
		return object{}, docs.Delete(ctx, text(with, "id"))
	}
	only, err := filter(with)
	if err != nil {
		return nil, err
	}
	var deleted uint64
	if only != nil {
		deleted, err = docs.DeleteWhere(ctx, only)
	} else {
		deleted, err = docs.DeleteMany(ctx, texts(with["ids"]))
	}
	return object{"deleted": deleted}, err
}

func jsonOfLoad(load *protovec.LoadResult) object {
	if load == nil {
		return nil
	}
	return object{
		"created": load.Created, "updated": load.Updated, "failed": load.Failed,
		"errors": jsonOfErrors(load.Errors), "durable": load.Durable,
	}
}

func read(ctx context.Context, docs *protovec.Collection, do string, with object) (any, error) {
	only, err := filter(with)
	if err != nil {
		return nil, err
	}
	var ids []string
	switch do {
	case "get":
		found, err := docs.Get(ctx, text(with, "id"))
		if err != nil {
			return nil, err
		}
		return jsonOfRecord(found), nil
	case "get_many":
		found, missing, err := docs.GetMany(ctx, texts(with["ids"]))
		list := make([]any, len(found))
		for i, one := range found {
			list[i] = jsonOfRecord(one)
		}
		return object{"records": list, "missing": items(missing)}, err
	case "count":
		count, err := docs.Count(ctx, only)
		return object{"count": count}, err
	case "list":
		for one, err := range docs.List(ctx, protovec.Matching(only), protovec.PageSize(uint32(whole(with, "page_size")))) {
			if err != nil {
				return nil, err
			}
			ids = append(ids, one.ID)
		}
		return object{"ids": items(ids)}, nil
	case "deadline":
		short, cancel := context.WithTimeout(ctx, time.Duration(whole(with, "timeout_ms"))*time.Millisecond)
		defer cancel()
		ctx = short
	case "cancel_export":
		return cancelExport(ctx, docs, whole(with, "after"))
	}
	for one, err := range docs.Export(ctx, protovec.Matching(only)) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, one.ID)
	}
	slices.Sort(ids)
	return object{"count": len(ids), "ids": items(ids)}, nil
}

// cancelExport reads some records, cancels, and holds the client to telling so.
func cancelExport(ctx context.Context, docs *protovec.Collection, after int) (any, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if after == 0 {
		cancel()
	}
	count := 0
	for _, err := range docs.Export(ctx) {
		if errors.Is(err, context.Canceled) {
			return object{"read": count}, nil
		}
		if err != nil {
			return nil, err
		}
		// What had arrived before the cancellation may still be handed out.
		if count < after {
			count++
		}
		if count == after {
			cancel()
		}
	}
	return nil, errors.New("the export came to its end though it was cancelled")
}

func search(ctx context.Context, docs *protovec.Collection, do string, with object) (any, error) {
	if ms := whole(with, "timeout_ms"); ms > 0 {
		short, cancel := context.WithTimeout(ctx, time.Duration(ms)*time.Millisecond)
		defer cancel()
		ctx = short
	}
	if do == "search" {
		query, err := queryOf(with)
		if err != nil {
			return nil, err
		}
		result, err := docs.Search(ctx, query)
		return jsonOfHits(result), err
	}
	var queries []protovec.Query
	list, _ := with["queries"].([]any)
	for _, item := range list {
		query, err := queryOf(item.(object))
		if err != nil {
			return nil, err
		}
		queries = append(queries, query)
	}
	answers := make([]any, len(queries))
	if do == "search_many" {
		results, err := docs.SearchMany(ctx, queries)
		for i, result := range results {
			answers[i] = jsonOfHits(result)
		}
		return object{"results": answers}, err
	}
	for answer, err := range docs.SearchStream(ctx, protovec.Queries(queries...)) {
		switch {
		case err != nil:
			return nil, err
		case answers[answer.Index] != nil:
			return nil, fmt.Errorf("query %d was answered twice", answer.Index)
		case answer.Err != nil:
			answers[answer.Index] = object{"error": jsonOfError(answer.Err)}
		default:
			answers[answer.Index] = jsonOfHits(answer.Result)
		}
	}
	return object{"results": answers, "count": len(answers)}, nil
}

func queryOf(with object) (protovec.Query, error) {
	query := protovec.Query{
		Vector: vector(with["vector"]), RecordID: text(with, "record_id"), Content: text(with, "content"),
		Limit: whole(with, "limit"), Fields: texts(with["fields"]), Exact: flag(with, "exact"),
	}
	if threshold, ok := number(with["threshold"]); ok {
		query.Threshold = new(float32(threshold))
	}
	var err error
	query.Filter, err = filter(with)
	return query, err
}

func jsonOfHits(result *protovec.SearchResult) object {
	if result == nil {
		return nil
	}
	hits := make([]any, len(result.Hits))
	for i, hit := range result.Hits {
		hits[i] = object{
			"id": hit.Record.ID, "score": hit.Score, "distance": hit.Distance, "record": jsonOfRecord(hit.Record),
		}
	}
	return object{"hits": hits}
}
