using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CollabHub.Tests.Functional;

/// <summary>Keeps every line that the server logs, with its exception.</summary>
public sealed class LogCapture : ILoggerProvider
{
    /// <summary>The lines so far.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture.Lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
