package temporal

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/promostack/promostack/internal/host/secrets"
)

const (
	encodingSealed = "binary/promostack-sealed"
	payloadPurpose = "temporal-payload"
)

// Codec encrypts every payload under SECRET_KEY, so that Temporal's database, its backups and
// its Web UI hold nothing readable. Rotation: earlier keys still open what they sealed.
type Codec struct{ ring *secrets.Ring }

// NewCodec returns the codec of a key ring.
func NewCodec(ring *secrets.Ring) *Codec { return &Codec{ring: ring} }

var _ converter.PayloadCodec = (*Codec)(nil)

// Encode seals payloads whole, with their metadata.
func (c *Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("payload %d: %w", i, err)
		}
		sealed, err := c.ring.SealBytes(payloadPurpose, plain, nil)
		if err != nil {
			return nil, fmt.Errorf("payload %d: %w", i, err)
		}
		out[i] = &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encodingSealed)},
			Data:     sealed,
		}
	}
	return out, nil
}

// Decode opens sealed payloads and passes others through, as headers and search attributes are not sealed.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encodingSealed {
			out[i] = p
			continue
		}
		plain, err := c.ring.OpenBytes(payloadPurpose, p.GetData(), nil)
		if err != nil {
			return nil, fmt.Errorf("payload %d can't be opened (was SECRET_KEY changed without SECRET_KEY_PREVIOUS?): %w", i, err)
		}
		out[i] = &commonpb.Payload{}
		if err := proto.Unmarshal(plain, out[i]); err != nil {
			return nil, fmt.Errorf("payload %d: %w", i, err)
		}
	}
	return out, nil
}

// Converter is the SDK's own data converter with the codec around it. It takes nothing that is not sealed.
func (c *Codec) Converter() converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), strict{c})
}

type strict struct{ *Codec }

// Decode implements converter.PayloadCodec.
func (s strict) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	for i, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encodingSealed {
			return nil, fmt.Errorf("payload %d is not sealed by PromoStack", i)
		}
	}
	return s.Codec.Decode(payloads)
}
