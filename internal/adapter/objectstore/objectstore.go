// Package objectstore keeps files in any S3 store: templates, pictures, backups. It is the only
// door to aws-sdk-go-v2. Its errors are faults: not found, too large, away.
package objectstore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/host/secrets"
)

// Time limits. A call that carries no data is over in callTimeout; one that does in dataTimeout,
// unless the caller's context ends before.
const (
	dialTimeout = 3 * time.Second
	callTimeout = 5 * time.Second
	dataTimeout = 30 * time.Second
	retryAfter  = 2 * time.Second
	attempts    = 3
	maxBackoff  = 100 * time.Millisecond // callers that can wait longer retry by themselves
)

// Config says where the store is.
type Config struct {
	Endpoint  string // "http://127.0.0.1:9000", "https://fra1.digitaloceanspaces.com"
	Region    string // "us-east-1" when empty
	Bucket    string
	AccessKey string
	SecretKey secrets.Text
	PathStyle bool   // the bucket in the path, not in the host name
	CDN       string // the public address in front of the bucket; may be empty
}

// Info is what the store knows about an object.
type Info struct {
	Key         string
	ContentType string
	ETag        string // without quotes
	Size        int64  // bytes
	Modified    time.Time
}

// Store is one bucket. It is safe for concurrent use.
type Store struct {
	s3     *s3.Client
	http   *http.Transport
	bucket string
	cdn    string
	data   []func(*s3.Options) // of calls that carry much data
}

// New creates a client; nothing is sent yet. The error is fault.Invalid with a field for each
// setting that is wrong, under the names of the environment.
func New(c Config) (*Store, error) {
	var problems fault.Fields
	endpoint, err := url.Parse(c.Endpoint)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		problems.Add("SPACES_ENDPOINT", "endpoint_malformed", "SPACES_ENDPOINT is not an address such as https://fra1.digitaloceanspaces.com")
	}
	if c.Bucket == "" {
		problems.Add("SPACES_BUCKET", "missing", "SPACES_BUCKET is not set")
	}
	if c.AccessKey == "" {
		problems.Add("SPACES_ACCESS_KEY", "missing", "SPACES_ACCESS_KEY is not set")
	}
	if c.SecretKey.IsZero() {
		problems.Add("SPACES_SECRET_KEY", "missing", "SPACES_SECRET_KEY is not set")
	}
	if cdn, err := url.Parse(c.CDN); c.CDN != "" && (err != nil || cdn.Host == "") {
		problems.Add("SPACES_CDN_URL", "cdn_malformed", "SPACES_CDN_URL is not an address such as https://cdn.example.com")
	}
	if err := problems.Err("object_store_config", "The object store's settings are incomplete"); err != nil {
		return nil, err
	}
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       60 * time.Second,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: dataTimeout,
		ForceAttemptHTTP2:     true,
	}
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(strings.TrimRight(c.Endpoint, "/")),
		Region:       c.Region,
		UsePathStyle: c.PathStyle,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: c.AccessKey, SecretAccessKey: c.SecretKey.Reveal(), Source: "settings"}, nil
		}),
		HTTPClient: &http.Client{Transport: metrics.Outside("objects", transport)},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff
			o.RateLimiter = noTokens{} // a store that was away is asked at once when it is back
		}),
		// Some stores refuse the checksums that the SDK has sent unasked since v1.73.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})
	store := &Store{s3: client, http: transport, bucket: c.Bucket, cdn: strings.TrimRight(c.CDN, "/")}
	if endpoint.Scheme == "https" || config.LoopbackName(endpoint.Hostname()) {
		// The signature need not cover what nobody can change on its way. Both ends spare a SHA-256.
		store.data = append(store.data, s3.WithAPIOptions(v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware))
	}
	return store, nil
}

// noTokens is a retry budget that never runs out: the number of attempts is the limit.
type noTokens struct{}

// GetToken implements retry.RateLimiter.
func (noTokens) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}

// AddTokens implements retry.RateLimiter.
func (noTokens) AddTokens(uint) error { return nil }

// Put stores an object in place of the one before. cacheControl may be empty.
func (s *Store) Put(ctx context.Context, key, contentType string, data []byte, cacheControl string) error {
	ctx, cancel := context.WithTimeout(ctx, dataTimeout)
	defer cancel()
	in := &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, Body: bytes.NewReader(data), ContentType: &contentType, ContentLength: aws.Int64(int64(len(data)))}
	if cacheControl != "" {
		in.CacheControl = &cacheControl
	}
	_, err := s.s3.PutObject(ctx, in, s.data...)
	return mapError(err)
}

// Get reads a whole object of at most maxBytes. A larger one is fault.TooLarge, a missing one
// fault.NotFound "object_not_found".
func (s *Store) Get(ctx context.Context, key string, maxBytes int64) ([]byte, Info, error) {
	ctx, cancel := context.WithTimeout(ctx, dataTimeout)
	defer cancel()
	body, info, err := s.Open(ctx, key)
	if err != nil {
		return nil, Info{}, err
	}
	defer func() { _ = body.Close() }()
	tooLarge := fault.New(fault.TooLarge, "object_too_large", "The file is larger than %d bytes", maxBytes)
	if info.Size > maxBytes {
		return nil, Info{}, tooLarge
	}
	data, err := io.ReadAll(io.LimitReader(body, maxBytes+1))
	if err != nil {
		return nil, Info{}, mapError(err)
	}
	if int64(len(data)) > maxBytes {
		return nil, Info{}, tooLarge
	}
	if int64(len(data)) != info.Size {
		return nil, Info{}, unavailable(io.ErrUnexpectedEOF)
	}
	return data, info, nil
}

// Open reads an object as a stream, which the caller closes. The context ends the stream too.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	out, err := s.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return nil, Info{}, mapError(err)
	}
	return out.Body, Info{Key: key, ContentType: aws.ToString(out.ContentType), ETag: bare(out.ETag),
		Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified).UTC()}, nil
}

// Head describes an object without reading it.
func (s *Store) Head(ctx context.Context, key string) (Info, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := s.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return Info{}, mapError(err)
	}
	return Info{Key: key, ContentType: aws.ToString(out.ContentType), ETag: bare(out.ETag),
		Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified).UTC()}, nil
}

// Delete removes an object. A missing one is not an error.
func (s *Store) Delete(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &key})
	if err = mapError(err); fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// List calls fn for each object whose key starts with prefix, in order of keys, until fn fails.
// ContentType is empty.
func (s *Store) List(ctx context.Context, prefix string, fn func(Info) error) error {
	pages := s3.NewListObjectsV2Paginator(s.s3, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := s.nextPage(ctx, pages)
		if err != nil {
			return err
		}
		for _, o := range page.Contents {
			if err := fn(Info{Key: aws.ToString(o.Key), ETag: bare(o.ETag), Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified).UTC()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) nextPage(ctx context.Context, pages *s3.ListObjectsV2Paginator) (*s3.ListObjectsV2Output, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	page, err := pages.NextPage(ctx)
	return page, mapError(err)
}

// EnsureBucket creates the bucket unless it exists.
func (s *Store) EnsureBucket(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket})
	if err = mapError(err); !fault.Is(err, fault.NotFound) {
		return err
	}
	_, err = s.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &s.bucket})
	if e, ok := errors.AsType[smithy.APIError](err); ok && (e.ErrorCode() == "BucketAlreadyOwnedByYou" || e.ErrorCode() == "BucketAlreadyExists") {
		return nil
	}
	return mapError(err)
}

// Ping asks for the bucket and returns how long the answer took.
func (s *Store) Ping(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	start := time.Now()
	_, err := s.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket})
	if err = mapError(err); fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "bucket_missing", "There is no bucket %s", s.bucket).WithRemedy("Run: promostack setup, or check SPACES_BUCKET").WithCause(err)
	}
	return time.Since(start), err
}

// URL is the object's public address at the CDN; ok is false when there is no CDN.
func (s *Store) URL(key string) (address string, ok bool) {
	if s.cdn == "" {
		return "", false
	}
	parts := strings.Split(key, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return s.cdn + "/" + strings.Join(parts, "/"), true
}

// Close ends idle connections.
func (s *Store) Close() { s.http.CloseIdleConnections() }

func bare(etag *string) string { return strings.Trim(aws.ToString(etag), `"`) }

// mapError turns the SDK's errors into faults. A call that its caller cancelled stays as it is.
func mapError(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	missing := fault.New(fault.NotFound, "object_not_found", "The file does not exist").WithCause(err)
	if _, ok := errors.AsType[*types.NoSuchKey](err); ok {
		return missing
	}
	status := 0
	if e, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = e.HTTPStatusCode()
	}
	code := ""
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		code = e.ErrorCode()
	}
	switch {
	case code == "NoSuchBucket":
		return fault.New(fault.NotFound, "bucket_not_found", "The bucket does not exist").
			WithRemedy("Check SPACES_BUCKET").WithCause(err)
	case status == http.StatusNotFound:
		return missing
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return unavailable(err).WithRemedy("The object store refuses the credentials: check SPACES_ACCESS_KEY, SPACES_SECRET_KEY and SPACES_BUCKET")
	case status >= 500, status == http.StatusTooManyRequests, status == 0:
		return unavailable(err)
	}
	return err
}

func unavailable(cause error) *fault.Error {
	return fault.New(fault.Unavailable, "object_store_unavailable", "The file store is not available now").
		WithRemedy("Wait a moment and try again; if it persists, check SPACES_ENDPOINT and that the store runs").
		WithRetryAfter(retryAfter).WithCause(cause)
}
