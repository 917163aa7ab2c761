using ModalityBalance.Mpi.Worker;

return Job.Run(args);
