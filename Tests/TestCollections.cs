using CollabHub.Tests.Deploy;
using CollabHub.Tests.Randomized.Documents;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer($"{nameof(CollabHub)}.{nameof(CollabHub.Tests)}.{nameof(CollabHub.Tests.LongOnesFirst)}", $"{nameof(CollabHub)}.{nameof(CollabHub.Tests)}")]

namespace CollabHub.Tests;

/// <summary>Tests that measure against time: one after the other, when nothing else runs.</summary>
[CollectionDefinition(nameof(Timed), DisableParallelization = true)]
public sealed class Timed;

/// <summary>Tests with many processes of their own (nodes, browsers, editors): one after the other, beside tests of other collections.</summary>
[CollectionDefinition(nameof(Processes))]
public sealed class Processes;

/// <summary>Collections that take minutes one test after the other begin at once, so that they end beside the many short ones.</summary>
public sealed class LongOnesFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [nameof(DockerTests), nameof(Processes), nameof(TwoWayFuzzTests)];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(PlaceOf);

    // A class without a collection is one, "Test collection for" its whole name.
    private static int PlaceOf(ITestCollection collection) =>
        Array.FindIndex(Long, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is var place and >= 0 ? place : Long.Length;
}
