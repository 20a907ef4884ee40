// Package protovec is the client of Protovec, a vector store over gRPC.
//
//	client, err := protovec.Dial("127.0.0.1:50051")
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	docs := client.Collection("docs")
//	result, err := docs.Search(ctx, protovec.Query{Vector: vector, Limit: 5})
//
// Every call takes a context; unary calls whose context has no deadline get one of 30 seconds,
// streams get none. What fails, fails with an [*Error], which errors.As finds.
//
// Filters are built by package where, snapshot files are read without a server by package snapshot,
// and the generated stubs are in package protovec/v1: they work over [Client.Conn].
package protovec
