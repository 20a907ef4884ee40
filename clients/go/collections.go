package protovec

import (
	"context"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// CreateCollection creates an empty collection. ALREADY_EXISTS when the name is taken.
func (c *Client) CreateCollection(ctx context.Context, name string, config CollectionConfig) (*CollectionInfo, error) {
	message, err := config.proto()
	if err != nil {
		return nil, err
	}
	request := &pb.CreateCollectionRequest{Collection: name, Config: message}
	response, err := unary(ctx, c, c.collections.CreateCollection, request)
	if err != nil {
		return nil, err
	}
	return collectionInfo(response.GetCollection()), nil
}

// GetCollection describes a collection. NOT_FOUND, reason COLLECTION_NOT_FOUND, when there is none.
func (c *Client) GetCollection(ctx context.Context, name string) (*CollectionInfo, error) {
	request := &pb.GetCollectionRequest{Collection: name}
	response, err := unary(ctx, c, c.collections.GetCollection, request)
	if err != nil {
		return nil, err
	}
	return collectionInfo(response.GetCollection()), nil
}

// ListCollections describes all collections, in the byte order of their names.
func (c *Client) ListCollections(ctx context.Context) ([]*CollectionInfo, error) {
	response, err := unary(ctx, c, c.collections.ListCollections, &pb.ListCollectionsRequest{})
	if err != nil {
		return nil, err
	}
	infos := make([]*CollectionInfo, len(response.GetCollections()))
	for i, message := range response.GetCollections() {
		infos[i] = collectionInfo(message)
	}
	return infos, nil
}

// DeleteCollection deletes a collection, its records and its snapshots. NOT_FOUND when there is none.
func (c *Client) DeleteCollection(ctx context.Context, name string) error {
	_, err := unary(ctx, c, c.collections.DeleteCollection, &pb.DeleteCollectionRequest{Collection: name})
	return err
}

// Collection is one collection to work with. It is only a name and a connection; making it makes no
// call, so a missing one is noticed by the first call on it.
type Collection struct {
	client *Client
	name   string
}

// Collection gives the collection of that name.
func (c *Client) Collection(name string) *Collection { return &Collection{client: c, name: name} }

// Name is that of the collection.
func (c *Collection) Name() string { return c.name }

// Describe tells the collection's configuration, state and size.
func (c *Collection) Describe(ctx context.Context) (*CollectionInfo, error) {
	return c.client.GetCollection(ctx, c.name)
}
