using System.Globalization;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CollabHub.Hubs.Endpoints;

/// <summary>One row of the audit log, by the columns of its table.</summary>
public sealed record AuditRowAnswer(
    long LogId, Guid? WsId, Guid? UserId, string Action, string ResourceType, string ResourceId, JsonElement? OldValue, JsonElement? NewValue,
    string? IpAddress, string? UserAgent, DateTimeOffset Timestamp, string PrevHash, string Hash)
{
    internal static AuditRowAnswer From(AuditRow row)
    {
        var r = row.Record;
        return new AuditRowAnswer(
            row.Id, r.Workspace, r.User, r.Action, r.ResourceType, r.ResourceId, Parse(r.OldValue), Parse(r.NewValue), r.IpAddress, r.UserAgent,
            r.Timestamp, row.PreviousHash, row.Hash);
    }

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}

/// <summary>The audit log as a file: comma-separated values for spreadsheets, or one JSON object a line.</summary>
internal static class AuditExport
{
    public const string Csv = "text/csv";
    public const string Lines = "application/x-ndjson";

    private const int FlushEvery = 500;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly string[] Columns =
    [
        "logId", "wsId", "userId", "action", "resourceType", "resourceId", "oldValue", "newValue", "ipAddress", "userAgent", "timestamp", "prevHash", "hash",
    ];

    /// <summary>The format that the caller prefers over JSON; null for JSON, which also answers whoever accepts anything.</summary>
    public static string? FormatOf(HttpRequest request)
    {
        var preferred = request.GetTypedHeaders().Accept
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType.ToString())
            .FirstOrDefault(type => IsAny(type, Csv, Lines, "application/json", "*/*", "application/*"));
        return preferred is null ? null : IsAny(preferred, Csv) ? Csv : IsAny(preferred, Lines) ? Lines : null;
    }

    /// <summary>The answer whose rows are written as they are read.</summary>
    public static PushStreamHttpResult Stream(Guid workspace, string format, IAsyncEnumerable<AuditRow> rows, JsonSerializerOptions json, CancellationToken ct) =>
        TypedResults.Stream(
            body => format == Csv ? WriteCsvAsync(body, rows, ct) : WriteLinesAsync(body, rows, json, ct),
            format == Csv ? "text/csv; charset=utf-8" : Lines,
            $"audit-{workspace}.{(format == Csv ? "csv" : "ndjson")}");

    /// <summary>A field as spreadsheets must read it: quoted where needed, and never as a formula.</summary>
    public static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n') text = "'" + text;
        return text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static async Task WriteCsvAsync(Stream body, IAsyncEnumerable<AuditRow> rows, CancellationToken ct)
    {
        await using var writer = new StreamWriter(body, Utf8, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', Columns).AsMemory(), ct);
        var written = 0;
        await foreach (var row in rows.WithCancellation(ct))
        {
            await writer.WriteLineAsync(string.Join(',', Values(row).Select(Field)).AsMemory(), ct);
            if (++written % FlushEvery == 0) await writer.FlushAsync(ct);
        }
        await writer.FlushAsync(ct);
    }

    private static async Task WriteLinesAsync(Stream body, IAsyncEnumerable<AuditRow> rows, JsonSerializerOptions json, CancellationToken ct)
    {
        await using var writer = new StreamWriter(body, Utf8, leaveOpen: true) { NewLine = "\n" };
        var written = 0;
        await foreach (var row in rows.WithCancellation(ct))
        {
            await writer.WriteLineAsync(JsonSerializer.Serialize(AuditRowAnswer.From(row), json).AsMemory(), ct);
            if (++written % FlushEvery == 0) await writer.FlushAsync(ct);
        }
        await writer.FlushAsync(ct);
    }

    private static IEnumerable<string?> Values(AuditRow row)
    {
        var r = row.Record;
        return
        [
            row.Id.ToString(CultureInfo.InvariantCulture), r.Workspace?.ToString(), r.User?.ToString(), r.Action, r.ResourceType, r.ResourceId, r.OldValue, r.NewValue,
            r.IpAddress, r.UserAgent, r.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture), row.PreviousHash, row.Hash,
        ];
    }

    private static bool IsAny(string type, params ReadOnlySpan<string> types)
    {
        foreach (var one in types)
        {
            if (string.Equals(type, one, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
