namespace CollabHub.Domain.Documents;

/// <summary>A stretch of visible text that one client wrote in one go.</summary>
/// <param name="Client">The Yjs client id.</param>
/// <param name="Clock">The clock of its first unit.</param>
/// <param name="Length">UTF-16 units, each one clock further.</param>
public readonly record struct TextRun(long Client, long Clock, int Length);

/// <content>Which client wrote what of the visible text.</content>
public sealed partial class YDocument
{
    /// <summary>The runs of a root's text in its order; together as long as <see cref="GetText"/>.</summary>
    public IReadOnlyList<TextRun> GetTextRuns(string root)
    {
        var runs = new List<TextRun>();
        var type = FindRoot(root);
        if (type == 0) return runs;
        for (var handle = _types[type].Start; handle != 0;)
        {
            ref var item = ref _items[handle];
            handle = item.Right;
            if (item.Kind != Engine.ContentKind.String || item.IsDeleted) continue;
            var client = _clients[item.Client].Id;
            if (runs.Count > 0 && runs[^1] is var last && last.Client == client && last.Clock + last.Length == item.Clock)
                runs[^1] = last with { Length = last.Length + (int)item.Length };
            else
                runs.Add(new TextRun(client, item.Clock, (int)item.Length));
        }
        return runs;
    }
}
