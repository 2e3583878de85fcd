using System.Buffers;
using System.Security.Cryptography;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Files;

namespace CollabHub.Domain.Deployments;

/// <summary>Takes the files of a workspace at exact sequence numbers: the text is what the log says, never what is only in memory.</summary>
public sealed class SourcePinning(IFileStore files, IEditLog log, RoomDirectory rooms, DeploymentRules rules)
{
    private static readonly DocumentOptions Stored = DocumentOptions.Default with { MaxUpdateBytes = int.MaxValue };

    /// <summary>Every file with its text; what open editors have typed until now is committed first, and contained.</summary>
    public async Task<Result<IReadOnlyList<PinnedText>>> PinAsync(WorkspaceId workspace, CancellationToken ct)
    {
        foreach (var room in rooms.Open(workspace))
        {
            if (await room.SettleAsync(ct) is { } refused) return refused;
        }
        var pinned = new List<PinnedText>();
        long total = 0;
        foreach (var file in await files.ListAsync(workspace, ct))
        {
            var text = await PinAsync(file, ct);
            if (!text.TryGet(out var one, out var error))
            {
                // Deleted since it was listed.
                if (error.Kind == ErrorKind.NotFound) continue;
                return error;
            }
            total += one.Pinned.Size;
            if (total > rules.MaxSourceBytes) return DeploymentErrors.TooLarge;
            pinned.Add(one);
        }
        return pinned.Count == 0 ? DeploymentErrors.NoFiles : Result<IReadOnlyList<PinnedText>>.Of(pinned);
    }

    /// <summary>What the files of a workspace are now, without waiting for what is being typed.</summary>
    public Task<IReadOnlyList<FileEntry>> ListAsync(WorkspaceId workspace, CancellationToken ct) => files.ListAsync(workspace, ct);

    /// <summary>One file as the log has it now.</summary>
    public async Task<Result<PinnedText>> PinAsync(FileEntry file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(file);
        var loaded = await log.LoadAsync(file.Id, ct);
        if (!loaded.TryGet(out var history, out var error)) return error;
        using var document = new YDocument(Stored);
        if (history.IsDamaged || !history.TryReplay(document)) return EditErrors.StoreUnavailable;
        var buffer = new ArrayBufferWriter<byte>(1024);
        document.WriteTextUtf8(FileRoom.TextRoot, buffer);
        var hash = Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
        return new PinnedText(new PinnedFile(file.Id, file.Path, history.Head, buffer.WrittenCount, hash), buffer.WrittenMemory);
    }
}
