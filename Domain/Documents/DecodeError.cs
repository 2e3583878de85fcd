namespace CollabHub.Domain.Documents;

/// <summary>Why bytes are not an acceptable update, state vector, snapshot, awareness message or frame.</summary>
public enum DecodeError
{
    /// <summary>The bytes are acceptable.</summary>
    None = 0,
    /// <summary>The input ends inside of a field, or a byte length is larger than the rest.</summary>
    UnexpectedEnd,
    /// <summary>A number is longer than 8 bytes, longer than it need be, or above 2^53-1.</summary>
    IntegerOutOfRange,
    /// <summary>An announced count cannot fit into the remaining bytes.</summary>
    CountTooLarge,
    /// <summary>A string is not valid UTF-8.</summary>
    InvalidUtf8,
    /// <summary>A JSON text (embed, format value, JSON element, awareness state) does not parse.</summary>
    InvalidJson,
    /// <summary>Unknown content reference.</summary>
    UnknownContent,
    /// <summary>Unknown shared type reference.</summary>
    UnknownTypeRef,
    /// <summary>Unknown tag of an <c>any</c> value.</summary>
    UnknownAnyTag,
    /// <summary>Flag bits on a GC or Skip struct.</summary>
    InvalidFlags,
    /// <summary>The parent info is neither 0 nor 1.</summary>
    InvalidParentInfo,
    /// <summary>Origin, right origin or parent of the own client at or after the item itself.</summary>
    InvalidReference,
    /// <summary>The options of a sub-document are not an object.</summary>
    InvalidSubdoc,
    /// <summary>A struct or delete range of length 0.</summary>
    ZeroLength,
    /// <summary>Clock plus length above 2^53-1.</summary>
    ClockOverflow,
    /// <summary><c>any</c> or JSON nested deeper than the limit.</summary>
    NestingTooDeep,
    /// <summary>The same client twice in the blocks of an update, or in a state vector.</summary>
    DuplicateClient,
    /// <summary>Bytes after the end.</summary>
    TrailingBytes,
    /// <summary>Over a configured limit.</summary>
    LimitExceeded,
    /// <summary>A kind of message that the protocol does not know, or that the sender may not use.</summary>
    UnknownMessage,
    /// <summary>The address of a frame names no document.</summary>
    InvalidAddress,
}
