using BenchmarkDotNet.Running;
using CollabHub.Bench.Cluster;
using CollabHub.Bench.Engine;
using CollabHub.Bench.Live;
using CollabHub.Bench.Store;

if (args is ["engine", .. var rest]) EngineBench.Run(rest);
else if (args is ["live", .. var options]) await LiveBench.RunAsync(options);
else if (args is ["cluster", .. var nodes]) await ClusterBench.RunAsync(nodes);
else if (args is ["store", .. var scale]) return await StoreBench.RunAsync(scale);
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
