using Microsoft.AspNetCore.Connections;

namespace CollabHub.Hubs.Options;

/// <summary>What an operator reads when the server does not come up for a reason that he can remove.</summary>
internal static class StartFailure
{
    /// <summary>The message, or null when the exception is a defect that deserves its stack trace.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        StartRefusedException refused => refused.Message,
        InvalidDataException { InnerException: { } cause } file => new StartRefusedException([$"{file.Message} {cause.Message}"]).Message,
        IOException { InnerException: AddressInUseException } inUse => new StartRefusedException([$"Urls: {inUse.Message.TrimEnd('.')}."]).Message,
        _ => null,
    };
}
