using MessagePack;
using MessagePack.Resolvers;

namespace CollabHub.Hubs.Realtime;

/// <summary>How values stand in MessagePack on the hubs: declared types only, maps with string keys, times as text, hostile input expected.</summary>
public static class HubMessagePack
{
    private const int MaxDepth = 32;

    /// <summary>The options of the hub protocol; .NET clients that share the frames use the same.</summary>
    public static MessagePackSerializerOptions Options { get; } = MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create(
            [new UtcTimeFormatter()],
            [BuiltinResolver.Instance, AttributeFormatterResolver.Instance, DynamicGenericResolver.Instance, DynamicObjectResolver.Instance]))
        .WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(MaxDepth));
}
