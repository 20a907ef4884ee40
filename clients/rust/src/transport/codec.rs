//! Sends messages that are encoded already: a call that is repeated, and a batch that is sent again,
//! are the same bytes, and records are encoded while a message is filled.

use std::marker::PhantomData;

use bytes::{BufMut, Bytes};
use prost::Message;
use tonic::{
    Status,
    codec::{BufferSettings, Codec, EncodeBuf, Encoder},
};
use tonic_prost::ProstDecoder;

/// Encoded messages one way, messages of type `R` the other.
pub(super) struct EncodedCodec<R>(PhantomData<R>);

impl<R> Default for EncodedCodec<R> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<R: Message + Default + Send + 'static> Codec for EncodedCodec<R> {
    type Encode = Bytes;
    type Decode = R;
    type Encoder = PassBytes;
    type Decoder = ProstDecoder<R>;

    fn encoder(&mut self) -> PassBytes {
        PassBytes
    }

    fn decoder(&mut self) -> ProstDecoder<R> {
        ProstDecoder::new(BufferSettings::default())
    }
}

/// Passes bytes on as they are.
pub(super) struct PassBytes;

impl Encoder for PassBytes {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}
