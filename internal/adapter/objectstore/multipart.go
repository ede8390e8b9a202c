package objectstore

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/promostack/promostack/internal/base/fault"
)

// Limits of S3's multipart uploads: every part but the last has at least MinPart bytes, and their
// numbers run from 1 to MaxParts.
const (
	MinPart  = 5 << 20
	MaxParts = 10000
)

// completeTimeout is long: some stores copy all parts before they answer.
const completeTimeout = 5 * time.Minute

// Part is one part of a multipart upload.
type Part struct {
	Number int
	ETag   string // without quotes
	Size   int64  // bytes
	// Retried says that an attempt before the one that succeeded failed: its connection may still read
	// the data for a moment.
	Retried bool
}

// BeginUpload starts a multipart upload and returns its id. It stays until it is completed or
// aborted.
func (s *Store) BeginUpload(ctx context.Context, key, contentType string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := s.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &s.bucket, Key: &key, ContentType: &contentType})
	if err != nil {
		return "", mapError(err)
	}
	return aws.ToString(out.UploadId), nil
}

// UploadPart stores a part in place of the one that had its number. An upload that is not there
// (any more) is fault.NotFound "upload_lost".
func (s *Store) UploadPart(ctx context.Context, key, upload string, number int, data []byte) (Part, error) {
	ctx, cancel := context.WithTimeout(ctx, dataTimeout)
	defer cancel()
	out, err := s.s3.UploadPart(ctx, &s3.UploadPartInput{Bucket: &s.bucket, Key: &key, UploadId: &upload,
		PartNumber: aws.Int32(int32(number)), Body: bytes.NewReader(data), ContentLength: aws.Int64(int64(len(data)))}, s.data...) //nolint:gosec // at most MaxParts
	if err != nil {
		return Part{}, s.partError(ctx, key, upload, uploadError(err))
	}
	attempts, _ := retry.GetAttemptResults(out.ResultMetadata)
	return Part{Number: number, ETag: bare(out.ETag), Size: int64(len(data)), Retried: len(attempts.Results) != 1}, nil
}

// partError finds out why a part was not taken: a store that does not know the upload may hang up
// before all of the part is sent, and what it says is lost then.
func (s *Store) partError(ctx context.Context, key, upload string, err error) error {
	if !fault.Is(err, fault.Unavailable) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, askErr := s.s3.ListParts(ctx, &s3.ListPartsInput{Bucket: &s.bucket, Key: &key, UploadId: &upload, MaxParts: aws.Int32(1)})
	if lost := uploadError(askErr); fault.Is(lost, fault.NotFound) {
		return lost
	}
	return err
}

// Parts lists the parts that an upload has, in order.
func (s *Store) Parts(ctx context.Context, key, upload string) ([]Part, error) {
	var list []Part
	pages := s3.NewListPartsPaginator(s.s3, &s3.ListPartsInput{Bucket: &s.bucket, Key: &key, UploadId: &upload})
	for pages.HasMorePages() {
		page, err := func() (*s3.ListPartsOutput, error) {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			return pages.NextPage(ctx)
		}()
		if err != nil {
			return nil, uploadError(err)
		}
		for _, p := range page.Parts {
			list = append(list, Part{Number: int(aws.ToInt32(p.PartNumber)), ETag: bare(p.ETag), Size: aws.ToInt64(p.Size)})
		}
	}
	return list, nil
}

// CompleteUpload makes the object of its parts, in their order.
func (s *Store) CompleteUpload(ctx context.Context, key, upload string, parts []Part) error {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	done := make([]types.CompletedPart, len(parts))
	for i, p := range parts {
		done[i] = types.CompletedPart{PartNumber: aws.Int32(int32(p.Number)), ETag: aws.String(`"` + p.ETag + `"`)} //nolint:gosec // at most MaxParts
	}
	_, err := s.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: &s.bucket, Key: &key, UploadId: &upload,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: done}})
	return uploadError(err)
}

// AbortUpload removes an upload with its parts. A missing one is not an error.
func (s *Store) AbortUpload(ctx context.Context, key, upload string) error {
	ctx, cancel := context.WithTimeout(ctx, dataTimeout)
	defer cancel()
	_, err := s.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &s.bucket, Key: &key, UploadId: &upload})
	if err = uploadError(err); fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Upload is a multipart upload that is neither completed nor aborted.
type Upload struct {
	Key, ID string
	Begun   time.Time
}

// Uploads lists the uploads under a prefix that are neither completed nor aborted.
func (s *Store) Uploads(ctx context.Context, prefix string) ([]Upload, error) {
	var list []Upload
	pages := s3.NewListMultipartUploadsPaginator(s.s3, &s3.ListMultipartUploadsInput{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := func() (*s3.ListMultipartUploadsOutput, error) {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			return pages.NextPage(ctx)
		}()
		if err != nil {
			return nil, mapError(err)
		}
		for _, u := range page.Uploads {
			list = append(list, Upload{Key: aws.ToString(u.Key), ID: aws.ToString(u.UploadId), Begun: aws.ToTime(u.Initiated).UTC()})
		}
	}
	return list, nil
}

func uploadError(err error) error {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		switch e.ErrorCode() {
		case "NoSuchUpload":
			return fault.New(fault.NotFound, "upload_lost", "The upload no longer exists").WithCause(err)
		case "InvalidPart", "InvalidPartOrder", "EntityTooSmall":
			return fault.New(fault.Conflict, "upload_parts", "The upload's parts have changed").WithCause(err)
		}
	}
	return mapError(err)
}
